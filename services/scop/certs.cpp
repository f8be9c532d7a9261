// scop certs: the mesh's certificates. Renewing signs a daemon's own key anew; its private half is not
// touched.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>

#include "files/descriptor.hpp"
#include "mesh_ca/certificate.hpp"
#include "mesh_ca/facts.hpp"
#include "scop/certs_public.hpp"
#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "scop/layout.hpp"
#include "scop/process_file.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

constexpr std::uint64_t most_pem = 64U << 10U;

struct Options {
  unsigned within_days = 15;
  bool all = false;
  bool new_keys = false;
};

std::string date_text(Time time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Outcome<mesh_ca::Facts> facts_of(const std::filesystem::path& file) {
  const auto content = files::read_whole(file, most_pem);
  if (!content) return std::unexpected(content.error());
  return mesh_ca::read_facts(*content);
}

int list(const Context& context) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto& folder = instance->mesh().folder;
  std::vector<std::pair<std::string, std::filesystem::path>> all{{"mesh CA", folder / "mesh/ca.pem"},
                                                                 {"public", folder / "tls/cert.pem"}};
  for (const auto& daemon : topology::daemons())
    all.emplace_back(daemon.name, settings::certificate_folder(instance->mesh(), daemon.name) / "cert.pem");
  json::array certificates;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, file] : all) {
    const auto facts = facts_of(file);
    const auto days = facts ? std::chrono::floor<std::chrono::days>(facts->not_after - now()).count() : 0;
    certificates.push_back(json::object{{"name", json_text(name)},
                                        {"file", json_text(file.string())},
                                        {"subject", json_text(facts ? facts->subject : "")},
                                        {"days_left", days},
                                        {"problem", json_text(facts ? "" : facts.error().what)}});
    rows.push_back(
        {name, facts ? date_text(facts->not_after) : "-",
         facts ? context.terminal.paint(days < 7 ? Colour::red : Colour::green, fmt::format("{} days", days))
               : context.terminal.paint(Colour::red, facts.error().what),
         facts ? shown(facts->subject) : "", file.string()});
  }
  if (context.json) {
    print_json(json::object{{"certificates", std::move(certificates)}});
  } else {
    context.terminal.table({"WHOSE", "UNTIL", "LEFT", "SUBJECT", "FILE"}, rows);
  }
  return good;
}

Outcome<mesh_ca::Pair> read_ca(const std::filesystem::path& folder) {
  auto certificate = files::read_whole(folder / "mesh/ca.pem", most_pem);
  if (!certificate) return std::unexpected(certificate.error());
  auto key = files::read_whole(folder / "mesh/ca.key", most_pem);
  if (!key)
    return failure(
        key.error().kind,
        key.error().what + ": the mesh CA's key is needed to sign; put it back for the time of this command");
  return mesh_ca::Pair{.certificate = std::move(*certificate), .key = Secret(std::move(*key))};
}

enum class Renewal { not_due, renewed, new_key };

// The key first: a daemon that looks in between keeps what it has, since the two do not fit.
Outcome<Renewal> renew_one(const mesh_ca::Pair& ca, const settings::Mesh& mesh, std::string_view name,
                           const Options& options) {
  const auto folder = settings::certificate_folder(mesh, name);
  auto owner = owner_of(mesh.user_base, name);
  const auto old = files::read_whole(folder / "cert.pem", most_pem);
  const auto facts = old ? mesh_ca::read_facts(*old) : std::unexpected(old.error());
  const bool due = options.all || options.new_keys || !facts ||
                   facts->not_after - now() < std::chrono::days(options.within_days);
  if (!due) return Renewal::not_due;
  if (facts && !options.new_keys) {
    const auto leaf = mesh_ca::renew(ca, *old, mesh.domain, name, now());
    if (!leaf) return std::unexpected(leaf.error());
    auto written = mesh_ca::replace_file(folder / "cert.pem", *leaf, 0644, owner);
    return written ? Outcome<Renewal>(Renewal::renewed) : std::unexpected(written.error());
  }
  // An identity that the topology has gained since `scop init`.
  Layout layout(mesh.folder, mesh.user_base);
  if (auto made = layout.make_folders_of(name, topology::find(name)->is_daemon); !made)
    return std::unexpected(made.error());
  layout.keep();
  mode_t key_mode = 0600;
  struct stat status{};
  // A helper's key may have been given to a group (scop init --mailbox-group): it stays theirs.
  if (const auto* known = topology::find(name);
      known != nullptr && !known->is_daemon && !owner && ::stat((folder / "key.pem").c_str(), &status) == 0) {
    owner = mesh_ca::Owner{.user = status.st_uid, .group = status.st_gid};
    key_mode = status.st_mode & 0640U;
  }
  const auto pair = mesh_ca::issue(ca, mesh.domain, name, now());
  if (!pair) return std::unexpected(pair.error());
  if (auto written = mesh_ca::replace_file(folder / "key.pem", pair->key.reveal(), key_mode, owner); !written)
    return std::unexpected(written.error());
  if (auto written = mesh_ca::replace_file(folder / "cert.pem", pair->certificate, 0644, owner); !written)
    return std::unexpected(written.error());
  return Renewal::new_key;
}

std::string_view name_of(Renewal renewal) {
  switch (renewal) {
    case Renewal::not_due:
      return "not due";
    case Renewal::renewed:
      return "renewed";
    case Renewal::new_key:
      return "new key";
  }
  return "?";
}

int renew(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto& mesh = instance->mesh();
  const auto ca = read_ca(mesh.folder);
  if (!ca) {
    context.terminal.problem(ca.error().what);
    return declined;
  }
  int status = good;
  json::object results;
  std::vector<std::vector<std::string>> rows;
  for (const auto& daemon : topology::daemons()) {
    const auto done = renew_one(*ca, mesh, daemon.name, options);
    const auto text = done ? std::string(name_of(*done)) : done.error().what;
    if (!done) status = declined;
    if (done && *done != Renewal::not_due) wake(mesh.folder, daemon.name);
    results[daemon.name] = json_text(text);
    rows.push_back(
        {std::string(daemon.name), context.terminal.paint(done ? Colour::green : Colour::red, text)});
  }
  if (context.json) {
    print_json(json::object{{"certificates", std::move(results)}});
  } else {
    context.terminal.table({"WHOSE", "RESULT"}, rows);
  }
  return status;
}

}  // namespace

void declare_certs(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* certs = app.add_subcommand("certs", "the mesh's certificates")->require_subcommand(1);
  certs->add_subcommand("list", "all, and how long they hold")->callback([&context] {
    context.chosen = [&context] { return list(context); };
  });
  auto* command = certs->add_subcommand(
      "renew", "sign the daemons' leaves anew for 30 days; daemons take them up without a restart");
  command->add_option("--within", options->within_days, "those that end within so many days")
      ->type_name("DAYS")
      ->capture_default_str();
  command->add_flag("--all", options->all, "all, due or not");
  command->add_flag("--new-keys", options->new_keys, "with new private keys too");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return renew(context, *options); }; });
  declare_certs_public(*certs, context);
}

}  // namespace scop::command
