#include "mesh.hpp"

#include <algorithm>
#include <stdexcept>

#include "risk/assets.hpp"
#include "topology/topology.hpp"

namespace scop::risk::testing {

namespace {

constexpr unsigned base = 64'100;
constexpr std::string_view head = R"([mesh]
domain = "example.org"
user_base = 64100
strict_walls = true
[signer]
primary = "127.0.0.1:53"
tsig_key_file = "signer/state/tsig.key"
[web]
listen = ["0.0.0.0:443"]
mta_sts = "enforce"
[acme]
enabled = true
terms_agreed = true
primary = "127.0.0.1:53"
)";

uid_t user_named(std::string_view holder) {
  if (holder == "acme") return base + 12;
  const auto* known = topology::find(holder);
  return known != nullptr && known->is_daemon ? base + known->user_offset : 0;
}

DaemonFacts running(const Settings& settings, const topology::Daemon& known) {
  const uid_t user = base + known.user_offset;
  const auto folder = settings.mesh.folder / known.name;
  DaemonFacts one{.name = std::string(known.name)};
  one.status = Status{.version = "1.0",
                      .started = noon - std::chrono::hours(2),
                      .process = 100 + known.user_offset,
                      .user = user,
                      .walls = {"user " + std::to_string(user), "limits", "no capabilities", "no_new_privs",
                                "landlock 7", "seccomp 100"},
                      .read = {(folder / "cert").string(), (settings.mesh.folder / "mesh/ca.pem").string()},
                      .write = {(folder / "state").string()},
                      .certificate_expires = noon + std::chrono::days(25)};
  for (const auto callee : topology::callees_of(known.name))
    one.status->connect_ports.push_back(topology::find(callee)->pipe_port);
  if (known.name == "courier") one.status->connect_ports.insert(one.status->connect_ports.end(), {25, 443});
  if (known.name == "resolver") {
    one.status->connect_ports = {53, 853};
    one.status->udp = true;
  }
  one.process = Process{.id = one.status->process,
                        .user = user,
                        .group = user,
                        .capabilities = 0,
                        .no_new_privileges = true,
                        .filters_system_calls = true,
                        .listeners = std::vector<Listener>{{"127.0.0.1", known.pipe_port, false}}};
  auto& listeners = *one.process->listeners;
  if (known.name == "submission") listeners.insert(listeners.end(), {{"0.0.0.0", 587}, {"0.0.0.0", 465}});
  if (known.name == "receiver") listeners.push_back({"0.0.0.0", 25});
  if (known.name == "web") listeners.push_back({"0.0.0.0", 443});
  return one;
}

void put(Facts& facts, const std::filesystem::path& path, File found) {
  found.changed = noon - std::chrono::days(10);
  for (auto folder = path.parent_path(); folder.has_relative_path(); folder = folder.parent_path())
    facts.files.try_emplace(folder.string(), File{.is_folder = true, .mode = 0755, .changed = noon});
  facts.files[path.string()] = found;
}

}  // namespace

Facts sound_mesh(const std::string& more) {
  auto text = std::string(head);
  // A section is written once: what is added to one of `head`'s goes there.
  if (!more.starts_with('[')) throw std::logic_error("begin with a section");
  const auto section = more.substr(0, more.find('\n') + 1);
  if (const auto at = text.find(section); at != std::string::npos) {
    text.insert(at + section.size(), more.substr(section.size()));
  } else {
    text += more;
  }
  const auto document = config::Document::parse(text, "/srv/scop/scop.toml");
  if (!document) throw std::logic_error(document.error().what);
  Facts facts{.when = noon, .config = "/srv/scop/scop.toml", .settings = read_settings(*document)};
  facts.settings.mesh.folder = "/srv/scop";
  if (!document->problems().empty()) throw std::logic_error(document->problems().front());
  for (const auto& known : topology::daemons()) {
    if (known.is_daemon) facts.daemons.push_back(running(facts.settings, known));
  }
  put(facts, facts.config, {.mode = 0644});
  for (const auto& asset : assets_of(facts.settings)) {
    if (asset.path.empty() || asset.id == "mesh ca key") continue;
    const auto user = user_named(asset.holder);
    const bool is_folder = !asset.path.contains(".pem") && !asset.path.contains(".key");
    if (is_folder) {
      put(facts, asset.path, {.is_folder = true, .user = user, .group = user, .mode = 0700});
      put(facts, asset.path + "/content", {.user = user, .group = user, .mode = 0600});
      facts.files[asset.path].mode = 0700;
    } else {
      put(facts, asset.path, {.user = user, .group = user, .mode = 0600});
    }
  }
  for (const auto& known : topology::daemons()) {
    const auto folder = facts.settings.mesh.folder / known.name;
    for (const auto* part : {"", "cert", "state"}) {
      const auto found = facts.files.find((std::string_view(part).empty() ? folder : folder / part).string());
      if (found != facts.files.end() && known.is_daemon)
        found->second = {.is_folder = true,
                         .user = base + known.user_offset,
                         .group = base + known.user_offset,
                         .mode = 0700,
                         .changed = noon};
    }
  }
  facts.certificates = {{"public",
                         "/srv/scop/tls/cert.pem",
                         false,
                         {"mail.example.org"},
                         noon - std::chrono::days(30),
                         noon + std::chrono::days(60)}};
  facts.signing_keys = {{"example.org", "r20261101a", "signing", noon - std::chrono::days(20)}};
  facts.signing_keys_are_live = true;
  facts.mailboxes = Mailboxes{.users = 2, .without_quota = 0, .domains = 1};
  return facts;
}

DaemonFacts& daemon(Facts& facts, std::string_view name) {
  return *std::ranges::find(facts.daemons, name, &DaemonFacts::name);
}

File& file(Facts& facts, const std::string& path) { return facts.files.at("/srv/scop/" + path); }

}  // namespace scop::risk::testing
