// scop keys: the DKIM keys. The signer alone reads the private halves, and makes new ones when they rotate;
// `make` writes a domain's first ones for it, as root.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "core/ascii.hpp"
#include "dns/domain.hpp"
#include "domain_records/records.hpp"
#include "scop/command.hpp"
#include "scop/dkim_files.hpp"
#include "scop/dns_print.hpp"
#include "scop/instance.hpp"
#include "scop/layout.hpp"
#include "scop/process_file.hpp"

namespace scop::command {

namespace {

namespace methods = pipe::methods;

struct Options {
  std::string domain;
  std::string type = "both";
  unsigned bits = 2048;
  std::string algorithm;
  bool is_compromised = false;
  bool is_published = false;
};

// "2026-11-21 10:00", UTC; 0 is no time.
std::string time_text(std::int64_t seconds) {
  if (seconds == 0) return "-";
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", static_cast<int>(date.year()), unsigned{date.month()},
                     unsigned{date.day()}, clock.hours().count(), clock.minutes().count());
}

Colour colour_of(std::string_view state) {
  if (state == "signing") return Colour::green;
  return state == "kept" || state == "retired" || state == "removing" ? Colour::dim : Colour::yellow;
}

template <class List>
int print(const Context& context, const List& list) {
  json::array keys;
  std::vector<std::vector<std::string>> rows;
  for (const auto& key : list.keys()) {
    keys.push_back(json::object{{"domain", json_text(key.domain())},
                                {"selector", json_text(key.selector())},
                                {"algorithm", json_text(key.algorithm())},
                                {"state", json_text(key.state())},
                                {"since", key.since()},
                                {"next_step", key.next_step()},
                                {"published", json_text(key.published())},
                                {"record", json_text(key.record())}});
    const bool is_published = key.published().starts_with("yes");
    rows.push_back(
        {shown(key.domain()), shown(key.selector()), shown(key.algorithm()),
         context.terminal.paint(colour_of(key.state()), shown(key.state())), time_text(key.since()),
         time_text(key.next_step()),
         context.terminal.paint(is_published ? Colour::green : Colour::yellow, shown(key.published())),
         shown(key.record())});
  }
  if (context.json) {
    print_json(json::object{{"keys", std::move(keys)}});
  } else {
    context.terminal.table(
        {"DOMAIN", "SELECTOR", "ALGORITHM", "STATE", "SINCE (UTC)", "NEXT STEP", "PUBLISHED", "RECORD"},
        rows);
  }
  return good;
}

template <class Response>
int ask(const Context& context, const pipe::Method<v1::KeysRequest, Response>& method,
        const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::KeysRequest request;
  request.set_domain(dns::to_a_labels(options.domain).value_or(options.domain));
  const auto list = instance->call("signer", method, request, std::chrono::seconds(60));
  if (!list) return report(context, "signer", *instance, list.error());
  return print(context, *list);
}

int rotate(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::RotateRequest request;
  request.set_domain(dns::to_a_labels(options.domain).value_or(options.domain));
  request.set_algorithm(options.algorithm);
  request.set_now(options.is_compromised);
  request.set_published(options.is_published);
  const auto reply = instance->call("signer", methods::rotate_keys, request, std::chrono::seconds(60));
  if (!reply) return report(context, "signer", *instance, reply.error());
  const auto printed = print(context, *reply);
  if (reply->reason().empty()) return printed;
  for (const auto line : ascii::split(reply->reason(), '\n')) context.terminal.problem(shown(line));
  return declined;
}

Outcome<PublicKey> make_one(Layout& layout, const std::string& domain, dkim::KeyType type, unsigned bits) {
  const auto key = dkim::DkimKey::generate(type, bits);
  if (!key) return std::unexpected(key.error());
  const auto selector = new_selector(layout.folder(), domain, type, now());
  auto done = layout.write(key_file(domain, selector, type), key->to_pem().reveal(), 0600, "signer");
  if (!done) return std::unexpected(done.error());
  return PublicKey{.domain = domain,
                   .selector = selector,
                   .algorithm = std::string(dkim::name_of(key->algorithm())),
                   .record = key->record(),
                   .published = {}};
}

Outcome<std::vector<PublicKey>> make_keys(Layout& layout, const Options& options) {
  const auto read = dns::to_a_labels(options.domain);
  if (!read) return failure(ErrorKind::malformed, "\"" + shown(options.domain) + "\" is no domain name");
  const auto& domain = *read;
  if (auto done = layout.make_folder("signer/state/keys", 0700, "signer"); !done)
    return std::unexpected(done.error());
  if (auto done = layout.make_folder(key_folder(domain), 0700, "signer"); !done)
    return std::unexpected(done.error());
  std::vector<PublicKey> keys;
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    if (options.type != "both" && options.type != dkim::name_of(type)) continue;
    auto key = make_one(layout, domain, type, options.bits);
    if (!key) return std::unexpected(key.error());
    keys.push_back(std::move(*key));
  }
  return keys;
}

int make(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  Layout layout(instance->mesh().folder, instance->mesh().user_base);
  const auto keys = make_keys(layout, options);
  if (!keys) {
    context.terminal.problem(keys.error().what);
    return declined;
  }
  layout.keep();
  const bool woken = wake(instance->mesh().folder, "signer");
  std::vector<domain_records::Record> records;
  for (const auto& key : *keys)
    records.push_back(domain_records::dkim_record({key.domain, key.selector, key.algorithm, key.record, ""}));
  if (context.json) {
    print_json(json::object{{"records", to_json(records)}, {"signer_reads_it", woken}});
    return good;
  }
  print_records(context, records);
  context.terminal.line(
      woken ? "The signer uses them from now on: publish them at once, where no primary is configured."
            : "The signer uses them from its next start, or SIGHUP, on.");
  return good;
}

void declare_rotate(CLI::App& keys, Context& context, const std::shared_ptr<Options>& options) {
  auto* command = keys.add_subcommand(
      "rotate",
      "begin to replace keys: publish new ones, wait, sign with them, revoke the old ones, remove them");
  command->add_option("domain,--domain", options->domain, "default: all");
  command->add_option("--algorithm", options->algorithm, "default: both, each by itself")
      ->check(CLI::IsMember({"rsa", "ed25519"}));
  auto* now = command->add_flag("--now", options->is_compromised,
                                "the keys are compromised: stop signing with them and revoke them at once");
  command
      ->add_flag("--published", options->is_published,
                 "without a primary: you have changed the records as `scop keys list` said")
      ->excludes(now);
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return rotate(context, *options); }; });
}

}  // namespace

void declare_keys(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* keys = app.add_subcommand("keys", "DKIM keys")->require_subcommand(1);
  const auto declare = [&](const char* name, const char* what, auto run) {
    auto* command = keys->add_subcommand(name, what);
    command->add_option("domain", options->domain, "default: all");
    command->callback([&context, options, run] {
      context.chosen = [&context, options, run] { return run(context, *options); };
    });
  };
  declare("list", "every key, its record, and whether it is published",
          [](const Context& one, const Options& with) { return ask(one, methods::list_keys, with); });
  declare("publish", "publish at the primary now (RFC 2136)",
          [](const Context& one, const Options& with) { return ask(one, methods::publish_keys, with); });
  declare_rotate(*keys, context, options);
  auto* command = keys->add_subcommand(
      "make", "make keys for a domain, which sign at once beside those it has; see also rotate");
  command->add_option("domain", options->domain)->required();
  command->add_option("--type", options->type)
      ->check(CLI::IsMember({"both", "rsa", "ed25519"}))
      ->capture_default_str();
  command->add_option("--bits", options->bits, "of an RSA key")
      ->check(CLI::Range(1024, 4096))
      ->capture_default_str();
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return make(context, *options); }; });
}

}  // namespace scop::command
