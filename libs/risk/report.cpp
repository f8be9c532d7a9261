#include "risk/report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "risk/access.hpp"
#include "risk/methods.hpp"
#include "risk/rules.hpp"
#include "topology/topology.hpp"

namespace scop::risk {

namespace {

struct Public {
  std::string_view daemon;
  std::string_view what;
  const std::vector<std::string>& endpoints;
  bool udp = false;
};

std::string callers_of(std::string_view daemon) {
  std::vector<std::string_view> callers;
  for (const auto& edge : topology::edges()) {
    if (edge.callee == daemon && std::ranges::find(callers, edge.caller) == callers.end())
      callers.push_back(edge.caller);
  }
  return fmt::format("{}", fmt::join(callers, ", "));
}

// As found listening, else as configured.
Source source_of_port(const DaemonFacts* daemon, std::string_view endpoint, bool udp) {
  if (daemon == nullptr || !daemon->process || !daemon->process->listeners) return Source::configuration;
  const auto port = ascii::parse_unsigned(endpoint.substr(endpoint.rfind(':') + 1)).value_or(0);
  const bool is_open = std::ranges::any_of(*daemon->process->listeners, [&](const Listener& listener) {
    return listener.port == port && listener.udp == udp;
  });
  return is_open ? Source::kernel : Source::configuration;
}

std::vector<Exposure> exposures_of(const Facts& facts, std::string_view name) {
  const auto& settings = facts.settings;
  const std::array all{
      Public{"submission", "mail programs, STARTTLS", settings.submission.listen},
      Public{"submission", "mail programs, TLS", settings.submission.listen_tls},
      Public{"receiver", "the world's mail", settings.receiver.listen},
      Public{"web", "policies and settings, HTTPS", settings.web.listen},
      Public{"web", "sends on to HTTPS", settings.web.listen_http},
      Public{"spamfilter", "checks for other mail servers, HTTP", settings.spamfilter.http_listen},
      Public{"resolver", "ordinary DNS", settings.resolver.listen},
      Public{"resolver", "ordinary DNS", settings.resolver.listen, true}};
  const auto* daemon = find_daemon(facts, name);
  std::vector<Exposure> exposures;
  if (const auto pipe = settings.mesh.listen.find(name); pipe != settings.mesh.listen.end())
    exposures.push_back({pipe->second + " TCP", "its pipe",
                         fmt::format("certificates of the mesh: {}", callers_of(name)),
                         source_of_port(daemon, pipe->second, false)});
  for (const auto& one : all) {
    if (one.daemon != name) continue;
    for (const auto& endpoint : one.endpoints)
      exposures.push_back({fmt::format("{} {}", endpoint, one.udp ? "UDP" : "TCP"), std::string(one.what),
                           is_loopback(endpoint) ? "this machine" : "whoever reaches that address",
                           source_of_port(daemon, endpoint, one.udp)});
  }
  return exposures;
}

std::string as_found(const Facts& facts, const Asset& asset) {
  const auto found = facts.files.find(asset.path);
  if (found == facts.files.end()) return "is not there, or could not be seen";
  const auto& file = found->second;
  const auto own = fmt::format("mode {:o}, user {}, group {}", file.mode, file.user, file.group);
  if (!file.is_folder) return own;
  return fmt::format("{}; {} files below", own, files_of(facts, asset).size());
}

std::vector<Holding> holdings_of(const Facts& facts, const std::vector<Asset>& assets,
                                 std::string_view name) {
  std::vector<Holding> holdings;
  for (const auto& asset : assets) {
    if (asset.holder != name) continue;
    const bool on_disk = !asset.path.empty();
    const bool is_found = on_disk && facts.files.contains(asset.path);
    holdings.push_back({asset.what, on_disk ? asset.path : "memory", on_disk ? as_found(facts, asset) : "",
                        asset.is_secret, is_found ? Source::disk : Source::configuration});
  }
  return holdings;
}

std::vector<std::string> calls_of(std::string_view name) {
  std::vector<std::string> calls;
  for (const auto callee : topology::callees_of(name)) {
    std::vector<std::string_view> methods;
    for (const auto& edge : topology::edges()) {
      if (edge.caller == name && edge.callee == callee)
        methods.push_back(edge.method.substr(edge.method.rfind('.') + 1));
    }
    calls.push_back(fmt::format("{}: {}", callee, fmt::join(methods, ", ")));
  }
  return calls;
}

// The kernel's word goes before the daemon's where it has one.
std::vector<Wall> walls_of(const DaemonFacts& daemon) {
  std::vector<Wall> walls;
  if (daemon.process) {
    const auto& process = *daemon.process;
    walls.push_back({fmt::format("user {}", process.user), process.user != 0,
                     process.user != 0 ? "" : "it is root", Source::kernel});
    walls.push_back({"no capabilities", process.capabilities == 0,
                     process.capabilities == 0 ? "" : fmt::format("it holds {:#x}", process.capabilities),
                     Source::kernel});
    walls.push_back({"no_new_privs", process.no_new_privileges, process.no_new_privileges ? "" : "not set",
                     Source::kernel});
    walls.push_back({"system-call filter", process.filters_system_calls,
                     process.filters_system_calls ? "" : "none", Source::kernel});
  }
  if (!daemon.status) return walls;
  for (const auto& wall : daemon.status->walls) {
    const bool is_known =
        daemon.process && (wall == "no capabilities" || wall == "no_new_privs" || wall.starts_with("user "));
    if (!is_known) walls.push_back({wall, true, "", Source::daemon});
  }
  for (const auto& missing : daemon.status->missing)
    walls.push_back({missing.wall, false, missing.why, Source::daemon});
  return walls;
}

std::string state_of(const DaemonFacts& daemon) {
  if (!daemon.status) return "does not answer: " + daemon.trouble;
  return fmt::format("answers; version {}, since {:%Y-%m-%d %H:%M} UTC", daemon.status->version,
                     std::chrono::floor<std::chrono::minutes>(daemon.status->started));
}

void tell_reaches(const Facts& facts, const topology::Daemon& known, DaemonReport& report) {
  report.reaches = known.reaches.empty() ? "nothing outside the mesh" : fmt::format("{}", known.reaches);
  const auto* daemon = find_daemon(facts, known.name);
  if (daemon == nullptr || !daemon->status) return;
  std::vector<std::string> ports;
  for (const auto port : daemon->status->connect_ports) {
    const auto text = fmt::format(":{}", port);
    const bool is_pipe = std::ranges::any_of(facts.settings.mesh.dial,
                                             [&](const auto& entry) { return entry.second.ends_with(text); });
    if (!is_pipe) ports.push_back(fmt::format("{}", port));
  }
  if (daemon->status->udp) ports.emplace_back("UDP");
  report.reaches_source = Source::daemon;
  report.reaches = daemon->status->connect_anywhere ? "any port"
                   : ports.empty()                  ? "nothing outside the mesh"
                                                    : fmt::format("ports {}", fmt::join(ports, ", "));
}

DaemonReport daemon_report(const Facts& facts, const std::vector<Asset>& assets,
                           const topology::Daemon& known, Takeover takeover) {
  DaemonReport report{.name = std::string(known.name), .job = std::string(known.job)};
  const auto* daemon = find_daemon(facts, known.name);
  report.state = daemon == nullptr ? "nobody has asked it" : state_of(*daemon);
  report.exposes = exposures_of(facts, known.name);
  report.holds = holdings_of(facts, assets, known.name);
  report.may_call = calls_of(known.name);
  if (daemon != nullptr) report.walls = walls_of(*daemon);
  tell_reaches(facts, known, report);
  report.takeover = std::move(takeover);
  return report;
}

// What crosses the mesh's own border.
struct Border {
  std::string_view from;
  std::string_view to;
  std::string_view by;
  DataSet data;
};

constexpr std::array borders{
    Border{"mail programs", "submission", "SMTP under TLS",
           DataSet(Data::bodies) | Data::contacts | Data::passwords | Data::client_addresses},
    Border{"the world", "receiver", "SMTP, TLS where the sender has it",
           DataSet(Data::bodies) | Data::contacts | Data::client_addresses},
    Border{"courier", "the world's MX hosts", "SMTP, TLS as docs/transport.md says",
           DataSet(Data::bodies) | Data::contacts},
    Border{"relay", "mailboxes", "Maildir or LMTP", DataSet(Data::bodies) | Data::contacts},
    Border{"resolver", "the world's name servers", "DNS: domains we write to, addresses that write to us",
           DataSet(Data::client_addresses)},
    Border{"signer", "domains that ask for DMARC reports", "mail of ours", DataSet(Data::report_data)},
};

DataReport data_report(const Facts& facts, const std::vector<Asset>& assets, Data data) {
  DataReport report{.data = std::string(name_of(data)), .meaning = std::string(meaning_of(data))};
  for (const auto& border : borders) {
    if (border.data.has(data))
      report.flows.push_back({std::string(border.from), std::string(border.to), std::string(border.by)});
  }
  for (const auto& edge : topology::edges()) {
    const auto* method = find_method(edge.method, edge.callee);
    if (method == nullptr) continue;
    const auto by = std::string(edge.method.substr(edge.method.rfind('.') + 1));
    if (method->carries.has(data))
      report.flows.push_back({std::string(edge.caller), std::string(edge.callee), by});
    if (method->tells.has(data))
      report.flows.push_back({std::string(edge.callee), std::string(edge.caller), by + " (answer)"});
  }
  for (const auto& asset : assets) {
    if (!asset.data.has(data)) continue;
    const bool is_found = !asset.path.empty() && facts.files.contains(asset.path);
    report.rests.push_back({asset.holder, asset.what, asset.path.empty() ? "memory" : asset.path,
                            asset.how_long, is_found ? Source::disk : Source::configuration});
  }
  return report;
}

}  // namespace

Report report_of(const Facts& facts) {
  Report report{.when = facts.when,
                .config = facts.config,
                .domain = facts.settings.mesh.domain,
                .host = facts.settings.mesh.host,
                .findings = findings_of(facts),
                .not_looked_at = facts.not_looked_at};
  const auto assets = assets_of(facts.settings);
  auto taken = takeovers(facts);
  for (auto& takeover : taken) {
    const auto* known = topology::find(takeover.daemon);
    report.daemons.push_back(daemon_report(facts, assets, *known, std::move(takeover)));
  }
  for (const auto data : all_data) report.data.push_back(data_report(facts, assets, data));
  report.chains = chains(facts);
  return report;
}

std::vector<std::size_t> count_sources(const Report& report) {
  std::vector<std::size_t> counts(4);
  const auto count = [&](const auto& statements) {
    for (const auto& one : statements) ++counts.at(static_cast<std::size_t>(one.source));
  };
  count(report.findings);
  for (const auto& daemon : report.daemons) {
    count(daemon.exposes);
    count(daemon.holds);
    count(daemon.walls);
    count(daemon.takeover.can);
    count(daemon.takeover.cannot);
    ++counts.at(static_cast<std::size_t>(daemon.reaches_source));
  }
  for (const auto& data : report.data) count(data.rests);
  return counts;
}

}  // namespace scop::risk
