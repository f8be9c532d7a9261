// Daemons as they run: walls, users, what they listen on.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "core/ascii.hpp"
#include "risk/rules.hpp"
#include "topology/topology.hpp"

namespace scop::risk {

namespace {

void judge_answer(const Facts& facts, const DaemonFacts& daemon, Findings& findings) {
  if (!daemon.status) {
    findings.push_back({"daemon-away", Severity::high, daemon.name, "it does not answer: " + daemon.trouble,
                        "nobody can say which walls stand around it; what is said of it here is from the "
                        "configuration alone",
                        "`scop doctor` says why; `scop up` runs it", Source::daemon});
    return;
  }
  for (const auto& missing : daemon.status->missing) {
    findings.push_back({"wall-missing", Severity::medium, daemon.name,
                        fmt::format("the wall \"{}\" does not stand: {}", missing.wall, missing.why),
                        "whoever takes it over has one obstacle less", missing.remedy, Source::daemon});
  }
  if (daemon.status->certificate_expires < facts.when + std::chrono::days(3)) {
    const bool is_over = daemon.status->certificate_expires <= facts.when;
    findings.push_back({"pipe-certificate-ends", is_over ? Severity::critical : Severity::high, daemon.name,
                        is_over ? "the certificate of its pipe has expired"
                                : "the certificate of its pipe ends within three days",
                        "no neighbour talks with it any more then: mail stops", "`scop certs renew`, daily",
                        Source::daemon});
  }
}

// The kernel's word against the daemon's.
void judge_process(const DaemonFacts& daemon, Findings& findings) {
  if (!daemon.process) return;
  const auto& process = *daemon.process;
  const auto contradicts = [&](std::string what) {
    findings.push_back({"wall-contradicted", Severity::critical, daemon.name, std::move(what),
                        "the process is not what it says it is, or was started by something else than its "
                        "boot sequence",
                        "stop it, look at its program and log, start it anew", Source::kernel});
  };
  if (process.capabilities != 0)
    contradicts(fmt::format("it holds capabilities: {:#x}", process.capabilities));
  if (!process.no_new_privileges) contradicts("no_new_privs is not set");
  if (!process.filters_system_calls && (!daemon.status || has_wall(daemon, "seccomp")))
    contradicts("the kernel filters none of its system calls");
  if (daemon.status && process.user != daemon.status->user)
    contradicts(
        fmt::format("it says it runs as user {}, the kernel says {}", daemon.status->user, process.user));
}

void judge_users(const Facts& facts, Findings& findings) {
  std::map<uid_t, std::vector<std::string>> users;
  Source source = Source::kernel;
  for (const auto& daemon : facts.daemons) {
    const auto user = user_of(facts, daemon.name);
    if (user.source != Source::kernel) source = std::min(source, user.source);
    users[user.id].push_back(daemon.name);
  }
  for (const auto& [user, daemons] : users) {
    if (user == 0)
      findings.push_back(
          {"runs-as-root", Severity::high, fmt::format("{}", fmt::join(daemons, ", ")),
           "they run as root (without capabilities)",
           "root owns most files: the file system's owners and modes protect nothing from them; "
           "Landlock alone does",
           "set [mesh] user_base, give each folder to user_base + its number (`scop init` as root "
           "does both)",
           source});
    if (daemons.size() < 2 || user == 0) continue;
    findings.push_back(
        {"shared-user", Severity::high, fmt::format("{}", fmt::join(daemons, ", ")),
         fmt::format("they share user {}", user),
         "each owns the others' files: Landlock alone keeps them apart",
         "start the mesh as root with [mesh] user_base, or by units or containers that give each "
         "daemon a user of its own",
         source});
  }
}

void judge_versions(const Facts& facts, Findings& findings) {
  std::map<std::string, std::vector<std::string>> versions;
  for (const auto& daemon : facts.daemons) {
    if (daemon.status) versions[daemon.status->version].push_back(daemon.name);
  }
  if (versions.size() < 2) return;
  std::string text;
  for (const auto& [version, daemons] : versions)
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", version, fmt::join(daemons, ", "));
  findings.push_back({"versions-differ", Severity::low, "mesh",
                      "its daemons are of different versions: " + text,
                      "fine while an upgrade is under way; later, an old one may lack a mended fault",
                      "restart the ones that are behind", Source::daemon});
}

struct Declared {
  std::string endpoint;
  bool udp = false;
};

std::vector<Declared> declared_of(const Facts& facts, std::string_view daemon) {
  std::vector<Declared> all;
  const auto add = [&](const std::vector<std::string>& endpoints, bool udp = false) {
    for (const auto& endpoint : endpoints) all.push_back({endpoint, udp});
  };
  const auto& settings = facts.settings;
  if (const auto pipe = settings.mesh.listen.find(daemon); pipe != settings.mesh.listen.end())
    add({pipe->second});
  if (daemon == "submission") {
    add(settings.submission.listen);
    add(settings.submission.listen_tls);
  } else if (daemon == "receiver") {
    add(settings.receiver.listen);
  } else if (daemon == "web") {
    add(settings.web.listen);
    add(settings.web.listen_http);
  } else if (daemon == "spamfilter") {
    add(settings.spamfilter.http_listen);
  } else if (daemon == "resolver") {
    add(settings.resolver.listen);
    add(settings.resolver.listen, true);
  }
  return all;
}

std::uint64_t port_of(std::string_view endpoint) {
  return ascii::parse_unsigned(endpoint.substr(endpoint.rfind(':') + 1)).value_or(0);
}

bool is_declared(const std::vector<Declared>& declared, const Listener& listener) {
  return std::ranges::any_of(declared, [&](const Declared& one) {
    return port_of(one.endpoint) == listener.port && one.udp == listener.udp;
  });
}

// TLS forwarders are reached through a port of the resolver's own on loopback, whichever is free.
bool is_tunnel(const Facts& facts, std::string_view daemon, const Listener& listener) {
  return daemon == "resolver" && is_loopback(listener.address) && !listener.udp &&
         std::ranges::any_of(facts.settings.resolver.forward,
                             [](const settings::DnsServer& server) { return !server.tls_name.empty(); });
}

void judge_open_ports(const Facts& facts, const DaemonFacts& daemon, Findings& findings) {
  if (!daemon.process || !daemon.process->listeners) return;
  const auto declared = declared_of(facts, daemon.name);
  for (const auto& listener : *daemon.process->listeners) {
    if (is_declared(declared, listener) || is_tunnel(facts, daemon.name, listener)) continue;
    if (listener.udp && daemon.name == "resolver") continue;  // its own questions' sockets look the same
    findings.push_back({"unexpected-port", Severity::critical, daemon.name,
                        fmt::format("it listens on {} port {} ({}), which the configuration does not name",
                                    listener.address, listener.port, listener.udp ? "UDP" : "TCP"),
                        "a daemon cannot open ports behind its walls: the configuration has changed since it "
                        "started, or the process is not what it should be",
                        "restart it; if the port is there again, look at its program", Source::kernel});
  }
  for (const auto& one : declared) {
    const bool is_open = std::ranges::any_of(*daemon.process->listeners, [&](const Listener& listener) {
      return listener.port == port_of(one.endpoint) && listener.udp == one.udp;
    });
    if (!is_open)
      findings.push_back({"port-not-open", Severity::medium, daemon.name,
                          fmt::format("nobody listens on {}, which the configuration names", one.endpoint),
                          "the running daemon has another configuration than the file", "restart it",
                          Source::kernel});
  }
}

}  // namespace

void judge_daemons(const Facts& facts, Findings& findings) {
  for (const auto& daemon : facts.daemons) {
    judge_answer(facts, daemon, findings);
    judge_process(daemon, findings);
  }
  judge_users(facts, findings);
  judge_versions(facts, findings);
  const auto& mesh = facts.settings.mesh;
  if (!mesh.strict_walls)
    findings.push_back({"strict-off", Severity::low, "[mesh] strict_walls", "is off",
                        "a daemon starts where the kernel lacks a wall, and says so in the log alone",
                        "strict_walls = true, once `scop walls` shows none missing"});
  if (mesh.log_level == LogLevel::debug)
    findings.push_back({"log-debug", Severity::medium, "[mesh] log_level", "is \"debug\"",
                        "logs tell more of who writes to whom than operation needs", "log_level = \"info\""});
}

void judge_listeners(const Facts& facts, Findings& findings) {
  for (const auto& daemon : facts.daemons) judge_open_ports(facts, daemon, findings);
  for (const auto& [daemon, endpoint] : facts.settings.mesh.listen) {
    if (is_loopback(endpoint)) continue;
    findings.push_back({"pipe-public", is_everywhere(endpoint) ? Severity::medium : Severity::low, daemon,
                        fmt::format("its pipe listens on {}", endpoint),
                        "strangers reach the TLS handshake; a certificate of the mesh is still needed",
                        "keep it on loopback, or let a firewall or an internal network bound it"});
  }
  const auto plain = [&](std::string_view id, std::string_view key, const std::vector<std::string>& endpoints,
                         std::string_view why) {
    for (const auto& endpoint : endpoints) {
      if (is_loopback(endpoint)) continue;
      findings.push_back({std::string(id), Severity::high, std::string(key),
                          fmt::format("listens on {}", endpoint), std::string(why),
                          "listen on loopback or an internal network alone"});
    }
  };
  plain("dns-public", "[resolver] listen", facts.settings.resolver.listen,
        "an open resolver answers strangers, and is used to flood others");
  plain("filter-public", "[spamfilter] http_listen", facts.settings.spamfilter.http_listen,
        "messages come in clear text there");
}

}  // namespace scop::risk
