// scop user, scop domain, scop alias: what accounts keeps.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "scop/secret_input.hpp"

namespace scop::command {

namespace {

namespace methods = pipe::methods;

struct Options {
  std::string login;
  std::string name;
  std::string domain;
  std::string address;
  std::filesystem::path password_file;
  std::uint64_t quota = 0;
  std::vector<std::string> targets;
  std::vector<std::string> senders;
};

int answer(const Context& context, const v1::AdminReply& reply, std::string_view done, json::object facts) {
  facts["done"] = reply.done();
  if (!reply.reason().empty()) facts["reason"] = json_text(reply.reason());
  if (context.json) print_json(facts);
  if (!reply.done()) {
    if (!context.json) context.terminal.problem(shown(reply.reason()));
    return declined;
  }
  if (!context.json) context.terminal.line(done);
  return good;
}

template <class Request>
int administer(const Context& context, const pipe::Method<Request, v1::AdminReply>& method,
               const Request& request, std::string_view done, json::object facts) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto reply = instance->call("accounts", method, request);
  if (!reply) return report(context, "accounts", *instance, reply.error());
  return answer(context, *reply, done, std::move(facts));
}

int with_password(const Context& context, const Options& options,
                  const pipe::Method<v1::UserRequest, v1::AdminReply>& method, std::string_view done) {
  const auto password = read_password(options.password_file, "Password for " + options.login);
  if (!password) {
    context.terminal.problem(password.error().what);
    return wrong_usage;
  }
  v1::UserRequest request;
  request.set_login(options.login);
  request.set_password(std::string(password->reveal()));
  const auto status = administer(context, method, request, done, {{"login", json_text(options.login)}});
  wipe(*request.mutable_password());
  return status;
}

int set_disabled(const Context& context, const Options& options, bool disabled) {
  v1::UserRequest request;
  request.set_login(options.login);
  request.set_disabled(disabled);
  return administer(context, methods::set_disabled, request,
                    fmt::format("{} is {}", options.login,
                                disabled ? "disabled: no login, and its mail is refused" : "enabled"),
                    {{"login", json_text(options.login)}, {"disabled", disabled}});
}

int set_quota(const Context& context, const Options& options) {
  v1::UserRequest request;
  request.set_login(options.login);
  request.set_quota(options.quota);
  return administer(context, methods::set_quota, request,
                    options.quota == 0 ? fmt::format("{} has no quota", options.login)
                                       : fmt::format("{} may keep {} octets", options.login, options.quota),
                    {{"login", json_text(options.login)}, {"quota", options.quota}});
}

int remove_user(const Context& context, const Options& options) {
  v1::UserRequest request;
  request.set_login(options.login);
  return administer(context, methods::remove_user, request,
                    fmt::format("{} is removed; its mailbox stays on disk", options.login),
                    {{"login", json_text(options.login)}});
}

std::string date_of(std::int64_t seconds) {
  const std::chrono::year_month_day date(
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds))));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

json::object to_json(const v1::User& user) {
  return {{"login", json_text(user.login())},
          {"disabled", user.disabled()},
          {"created", user.created()},
          {"quota", user.quota()},
          {"usage", user.usage()},
          {"app_passwords", json_texts(user.app_passwords())},
          {"send_as", json_texts(user.send_as())}};
}

int list_users(const Context& context) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto list = instance->call("accounts", methods::list_users, v1::Nothing());
  if (!list) return report(context, "accounts", *instance, list.error());
  json::array users;
  std::vector<std::vector<std::string>> rows;
  for (const auto& user : list->users()) {
    users.push_back(to_json(user));
    rows.push_back({shown(user.login()),
                    user.disabled() ? context.terminal.paint(Colour::yellow, "disabled")
                                    : context.terminal.paint(Colour::green, "active"),
                    date_of(user.created()), shown(fmt::format("{}", fmt::join(user.app_passwords(), ", "))),
                    shown(fmt::format("{}", fmt::join(user.send_as(), ", ")))});
  }
  if (context.json) {
    print_json(json::object{{"users", std::move(users)}});
  } else {
    context.terminal.table({"USER", "STATE", "SINCE", "APP PASSWORDS", "MAY SEND AS"}, rows);
  }
  return good;
}

int add_app_password(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::AppPasswordRequest request;
  request.set_login(options.login);
  request.set_name(options.name);
  auto reply = instance->call("accounts", methods::add_app_password, request);
  if (!reply) return report(context, "accounts", *instance, reply.error());
  json::object facts{{"login", json_text(options.login)}, {"name", json_text(options.name)}};
  if (reply->reply().done()) facts["password"] = json_text(reply->password());
  const auto status = answer(context, reply->reply(), reply->password(), std::move(facts));
  if (status == good && context.terminal.is_terminal() && !context.json) {
    context.terminal.line(context.terminal.paint(
        Colour::dim, "It is shown this once. It works with PLAIN, LOGIN and SCRAM-SHA-256(-PLUS)."));
  }
  wipe(*reply->mutable_password());
  return status;
}

int remove_app_password(const Context& context, const Options& options) {
  v1::AppPasswordRequest request;
  request.set_login(options.login);
  request.set_name(options.name);
  return administer(context, methods::remove_app_password, request,
                    fmt::format("\"{}\" of {} is removed", options.name, options.login),
                    {{"login", json_text(options.login)}, {"name", json_text(options.name)}});
}

int add_domain(const Context& context, const Options& options) {
  v1::DomainRequest request;
  request.set_domain(options.domain);
  return administer(
      context, methods::add_domain, request,
      fmt::format("{} is a domain of this mesh; next: `scop keys make {}` and `scop dns show --domain {}`",
                  options.domain, options.domain, options.domain),
      {{"domain", json_text(options.domain)}});
}

int list_domains(const Context& context) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto list = instance->call("accounts", methods::list_domains, v1::Nothing());
  if (!list) return report(context, "accounts", *instance, list.error());
  if (context.json) print_json(json::object{{"domains", json_texts(list->domains())}});
  for (const auto& domain : list->domains()) {
    if (!context.json) context.terminal.line(shown(domain));
  }
  return good;
}

int change_alias(const Context& context, const Options& options,
                 const pipe::Method<v1::AliasRequest, v1::AdminReply>& method, std::string_view done) {
  v1::AliasRequest request;
  request.set_address(options.address);
  for (const auto& target : options.targets) request.add_targets(target);
  for (const auto& sender : options.senders) request.add_senders(sender);
  return administer(context, method, request, fmt::format("{} {}", options.address, done),
                    {{"address", json_text(options.address)},
                     {"targets", json_texts(options.targets)},
                     {"senders", json_texts(options.senders)}});
}

int list_aliases(const Context& context) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto list = instance->call("accounts", methods::list_aliases, v1::Nothing());
  if (!list) return report(context, "accounts", *instance, list.error());
  json::array aliases;
  std::vector<std::vector<std::string>> rows;
  for (const auto& alias : list->aliases()) {
    aliases.push_back(json::object{{"address", json_text(alias.address())},
                                   {"targets", json_texts(alias.targets())},
                                   {"senders", json_texts(alias.senders())}});
    rows.push_back({shown(alias.address()), shown(fmt::format("{}", fmt::join(alias.targets(), ", "))),
                    shown(fmt::format("{}", fmt::join(alias.senders(), ", ")))});
  }
  if (context.json) {
    print_json(json::object{{"aliases", std::move(aliases)}});
  } else {
    context.terminal.table({"ALIAS", "GOES TO", "MAY BE USED BY"}, rows);
  }
  return good;
}

void declare_user(CLI::App& app, Context& context, const std::shared_ptr<Options>& options) {
  auto* user = app.add_subcommand("user", "users, their passwords and app passwords")->require_subcommand(1);
  const auto with_login = [&](CLI::App* parent, const char* name, const char* what) {
    auto* command = parent->add_subcommand(name, what);
    command->add_option("login", options->login, "user@domain; without a domain, of the mesh's own")
        ->required();
    return command;
  };
  const auto with_file = [&](CLI::App* command) {
    command
        ->add_option("--password-file", options->password_file,
                     "where the password stands; - is standard input; else it is asked for")
        ->type_name("FILE");
    return command;
  };
  with_file(with_login(user, "add", "add a user with a mailbox"))->callback([&context, options] {
    context.chosen = [&context, options] {
      return with_password(context, *options, methods::add_user, options->login + " is added");
    };
  });
  user->add_subcommand("list", "all users")->callback([&context] {
    context.chosen = [&context] { return list_users(context); };
  });
  with_file(with_login(user, "passwd", "change a password"))->callback([&context, options] {
    context.chosen = [&context, options] {
      return with_password(context, *options, methods::set_password,
                           "the password of " + options->login + " is changed");
    };
  });
  with_login(user, "disable", "refuse logins and mail, keep the mailbox")->callback([&context, options] {
    context.chosen = [&context, options] { return set_disabled(context, *options, true); };
  });
  with_login(user, "enable", "undo disable")->callback([&context, options] {
    context.chosen = [&context, options] { return set_disabled(context, *options, false); };
  });
  with_login(user, "quota", "how much the mailbox may hold; over it new mail waits at its senders")
      ->callback([&context, options] {
        context.chosen = [&context, options] { return set_quota(context, *options); };
      })
      ->add_option("size", options->quota, "such as 1GB; 0: no quota")
      ->transform(CLI::AsSizeValue(false))
      ->required();
  with_login(user, "remove", "remove the account; the mailbox stays on disk")->callback([&context, options] {
    context.chosen = [&context, options] { return remove_user(context, *options); };
  });
  auto* app_password =
      user->add_subcommand("app-password", "generated passwords for single programs")->require_subcommand(1);
  const auto with_name = [&](CLI::App* command) {
    command->add_option("name", options->name, "what it is for, such as \"phone\"")->required();
    return command;
  };
  with_name(with_login(app_password, "add", "make one and show it, once"))->callback([&context, options] {
    context.chosen = [&context, options] { return add_app_password(context, *options); };
  });
  with_name(with_login(app_password, "remove", "make one useless"))->callback([&context, options] {
    context.chosen = [&context, options] { return remove_app_password(context, *options); };
  });
}

void declare_alias(CLI::App& app, Context& context, const std::shared_ptr<Options>& options) {
  auto* alias = app.add_subcommand("alias", "addresses that stand for others")->require_subcommand(1);
  const auto declare = [&](const char* name, const char* what,
                           const pipe::Method<v1::AliasRequest, v1::AdminReply>& method, const char* done) {
    auto* command = alias->add_subcommand(name, what);
    command->add_option("address", options->address, "local@domain, or @domain: the catch-all")->required();
    command->add_option("targets", options->targets, "who gets its mail");
    command->add_option("--sender", options->senders, "a user who may send as this address")
        ->type_name("LOGIN");
    command->callback([&context, options, method, done] {
      context.chosen = [&context, options, method, done] {
        return change_alias(context, *options, method, done);
      };
    });
  };
  declare("add", "add an alias, or targets and senders to one", methods::add_alias, "is set");
  declare("remove", "remove an alias, or the named targets and senders from it", methods::remove_alias,
          "is changed");
  alias->add_subcommand("list", "all aliases")->callback([&context] {
    context.chosen = [&context] { return list_aliases(context); };
  });
}

}  // namespace

void declare_accounts(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  declare_user(app, context, options);
  auto* domain = app.add_subcommand("domain", "domains whose mail is ours")->require_subcommand(1);
  auto* add = domain->add_subcommand("add", "add a domain");
  add->add_option("domain", options->domain, "such as example.org")->required();
  add->callback([&context, options] {
    context.chosen = [&context, options] { return add_domain(context, *options); };
  });
  domain->add_subcommand("list", "all domains")->callback([&context] {
    context.chosen = [&context] { return list_domains(context); };
  });
  declare_alias(app, context, options);
}

}  // namespace scop::command
