#include "risk/powers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "risk/access.hpp"
#include "risk/methods.hpp"
#include "topology/topology.hpp"

namespace scop::risk {

namespace {

using enum Way::Kind;

constexpr std::array read_incoming{
    Way{being, "receiver", "it takes it in"}, Way{being, "spamfilter", "it passes it on"},
    Way{being, "verifier", "it passes it on"}, Way{being, "relay", "it queues and delivers it"}};
constexpr std::array read_outgoing{Way{being, "submission", "it takes it in"},
                                   Way{being, "signer", "it signs it"}, Way{being, "relay", "it queues it"},
                                   Way{being, "courier", "it sends it"}};
constexpr std::array read_queue{Way{holding, "queue", ""}};
constexpr std::array read_mailboxes{Way{holding, "mailboxes", ""}};
constexpr std::array see_passwords{Way{handling, "passwords", "they pass its pipes when users log in"}};
constexpr std::array read_hashes{Way{holding, "credential database", ""}};
constexpr std::array try_passwords{
    Way{calling, "accounts scop.v1.Accounts/Authenticate", "throttled by accounts"},
    Way{being, "accounts", "it is who checks them"}};
constexpr std::array probe_addresses{
    Way{calling, "accounts scop.v1.Accounts/CheckRecipient", "throttled by accounts"},
    Way{calling, "accounts scop.v1.Accounts/Resolve", "one by one"},
    Way{calling, "accounts scop.v1.Accounts/Lookup", "one by one"},
    Way{holding, "credential database", "all of them"}};
constexpr std::array send_as_logged_in{
    Way{being, "submission", "as users who log in through it, while their grants last"},
    Way{being, "accounts", "it says who has logged in"}, Way{being, "signer", "it is who signs"}};
constexpr std::array send_as_anyone{
    Way{being, "signer", "it is who checks grants, and the relay believes it"},
    Way{being, "accounts", "it tells submission that anyone has logged in"},
    Way{calling, "accounts scop.v1.AccountsAdmin/SetPassword", "it sets a password and logs in"}};
constexpr std::array take_dkim_keys{Way{holding, "dkim keys", ""}};
constexpr std::array send_to_world{
    Way{being, "signer", "what it passes to the relay is sent"},
    Way{calling, "courier scop.v1.Courier/Attempt", "the courier sends what it is given"},
    Way{being, "courier", "it is who sends"}};
constexpr std::array port_25{Way{connecting, "", ""}};
constexpr std::array reach_outside{Way{outside, "", ""}};
constexpr std::array deliver_unjudged{
    Way{calling, "relay scop.v1.Stage/Pass", "the relay takes its findings"},
    Way{being, "relay", "it is who delivers"}};
constexpr std::array judge_wrongly{Way{being, "receiver", "it tells the judges who the client is"},
                                   Way{being, "spamfilter", "its labels are believed"},
                                   Way{being, "verifier", "its verdicts are believed"},
                                   Way{being, "resolver", "SPF, DKIM and DMARC are judged by its answers"}};
constexpr std::array teach_filter{Way{calling, "spamfilter scop.v1.Spamfilter/Train", "users' own models"},
                                  Way{being, "spamfilter", "all models"}};
constexpr std::array lose_mail{Way{being, "relay", "it drops what it has accepted"},
                               Way{calling, "relay scop.v1.Queue/Act", ""}};
constexpr std::array divert_outgoing{Way{being, "courier", "it sends it where it likes"},
                                     Way{being, "relay", "it hands over what it likes"},
                                     Way{being, "resolver", "it answers MX and TLSA questions as it likes"}};
constexpr std::array change_accounts{Way{being, "accounts", "it is who keeps them"},
                                     Way{calling, "accounts scop.v1.AccountsAdmin/AddUser", ""}};
constexpr std::array change_dkim_records{
    Way{holding, "signer's tsig key", "as far as the primary's policy goes"}};
constexpr std::array change_zone{Way{holding, "operator's tsig key", "as far as the primary's policy goes"}};
constexpr std::array pose_as_host{Way{holding, "public tls key", "and divert those who connect"}};
constexpr std::array change_sts{Way{being, "web", "it is who serves it"}};
constexpr std::array issue_identities{Way{holding, "mesh ca key", ""}};
constexpr std::array run_programs{Way{escaping, "", "no filter of system calls stands"}};

constexpr std::array table{
    Power{"send-as-anyone", "send mail, signed, as users who never logged in through it", 3, send_as_anyone},
    Power{"dkim-keys", "carry the DKIM keys away", 3, take_dkim_keys},
    Power{"mailboxes", "read stored mailboxes", 3, read_mailboxes},
    Power{"queue", "read queued mail of others", 3, read_queue},
    Power{"hashes", "carry password hashes away", 3, read_hashes},
    Power{"identities", "issue certificates of the mesh", 3, issue_identities},
    Power{"accounts", "make users, set passwords, change aliases", 3, change_accounts},
    Power{"zone", "change our MX, SPF, DMARC or TLSA records", 3, change_zone},
    Power{"run-programs", "start programs or touch other processes", 3, run_programs},
    Power{"passwords", "see passwords as they are typed", 3, see_passwords},
    Power{"read-incoming", "read and alter mail as it comes in", 2, read_incoming},
    Power{"read-outgoing", "read and alter mail as it goes out", 2, read_outgoing},
    Power{"send-as-logged-in", "send mail as users who log in", 2, send_as_logged_in},
    Power{"send", "have mail sent to anyone in the world", 2, send_to_world},
    Power{"port-25", "connect to the world's MX hosts itself", 2, port_25},
    Power{"divert", "divert outgoing mail", 2, divert_outgoing},
    Power{"lose-mail", "lose mail that was accepted", 2, lose_mail},
    Power{"deliver-unjudged", "put mail into our mailboxes that nobody has judged", 2, deliver_unjudged},
    Power{"dkim-records", "publish DKIM keys of its own", 2, change_dkim_records},
    Power{"pose", "pose as our public ports", 2, pose_as_host},
    Power{"outside", "carry data out by connections of its own", 1, reach_outside},
    Power{"judge-wrongly", "let spam and forgeries through, or mark good mail as such", 1, judge_wrongly},
    Power{"try-passwords", "try passwords", 1, try_passwords},
    Power{"probe", "find out which addresses exist", 1, probe_addresses},
    Power{"teach", "teach the spam filter", 1, teach_filter},
    Power{"sts", "change the MTA-STS policy and settings that others fetch", 1, change_sts},
};

std::string said(std::string_view what, std::string_view because) {
  return because.empty() ? std::string(what) : fmt::format("{}: {}", what, because);
}

std::optional<Grounds> by_holding(const Facts& facts, std::string_view daemon, std::string_view id) {
  for (const auto& asset : assets_of(facts.settings)) {
    if (asset.id != id) continue;
    if (asset.holder == daemon)
      return Grounds{fmt::format("it holds the {}", asset.what), Source::configuration};
    const auto reached = within_reach(facts, daemon, asset);
    if (reached.empty()) continue;
    return Grounds{fmt::format("{} of {} can be read by it as modes and walls are now: {}{}", asset.what,
                               asset.holder, reached.front(),
                               reached.size() > 1 ? fmt::format(" and {} more", reached.size() - 1) : ""),
                   Source::disk};
  }
  return std::nullopt;
}

std::optional<Grounds> by_calling(std::string_view daemon, std::string_view what) {
  const auto space = what.find(' ');
  const auto callee = what.substr(0, space);
  const auto method = what.substr(space + 1);
  if (!topology::may_call(daemon, method, callee)) return std::nullopt;
  return Grounds{fmt::format("it may call {} at {}", method.substr(method.rfind('.') + 1), callee),
                 Source::configuration};
}

std::optional<Grounds> by_handling(std::string_view daemon, std::string_view data) {
  for (const auto& edge : topology::edges()) {
    if (edge.caller != daemon && edge.callee != daemon) continue;
    const auto* other = topology::find(edge.caller);
    if (other != nullptr && !other->is_daemon && edge.caller == "operator") continue;  // not users' own
    const auto* method = find_method(edge.method, edge.callee);
    if (method == nullptr) continue;
    for (const auto kind : all_data) {
      if (name_of(kind) == data && method->carries.has(kind))
        return Grounds{fmt::format("{} carries them", edge.method.substr(edge.method.rfind('.') + 1)),
                       Source::configuration};
    }
  }
  return std::nullopt;
}

bool is_pipe(const settings::Mesh& mesh, std::uint16_t port) {
  return std::ranges::any_of(
      mesh.dial, [&](const auto& entry) { return entry.second.ends_with(fmt::format(":{}", port)); });
}

// Landlock from ABI 4 on, or a control group where the kernel is older.
bool holds_ports(std::string_view wall) {
  constexpr std::string_view landlock = "landlock ";
  if (wall == "network by control group") return true;
  return wall.starts_with(landlock) && ascii::parse_unsigned(wall.substr(landlock.size())).value_or(0) >= 4;
}

// TCP ports behind which somebody outside may be; nullopt: any.
std::optional<std::vector<std::uint16_t>> outside_ports(const Facts& facts, const DaemonFacts& daemon) {
  const bool holds = std::ranges::any_of(daemon.status->walls, holds_ports);
  if (daemon.status->connect_anywhere) return std::nullopt;
  std::vector<std::uint16_t> ports;
  for (const auto port : daemon.status->connect_ports) {
    if (!is_pipe(facts.settings.mesh, port)) ports.push_back(port);
  }
  // Without the port rule, whoever may connect at all may connect anywhere.
  const bool connects = !daemon.status->connect_ports.empty();
  if (!holds && connects) return std::nullopt;
  return ports;
}

std::optional<Grounds> by_connecting(const Facts& facts, std::string_view name, bool to_mail_hosts) {
  const auto* daemon = find_daemon(facts, name);
  const auto mail_port = facts.settings.courier.port;
  if (daemon == nullptr || !daemon->status) {
    const auto* known = topology::find(name);
    if (known == nullptr || known->reaches.empty() || (to_mail_hosts && name != "courier"))
      return std::nullopt;
    return Grounds{fmt::format("it reaches {}", known->reaches), Source::configuration};
  }
  const auto ports = outside_ports(facts, *daemon);
  if (!ports)
    return Grounds{"no wall of its own binds it to ports (Landlock 4 does, or a control group)",
                   Source::daemon};
  if (to_mail_hosts) {
    if (std::ranges::find(*ports, mail_port) == ports->end()) return std::nullopt;
    return Grounds{fmt::format("its walls let port {} through", mail_port), Source::daemon};
  }
  if (daemon->status->udp) return Grounds{"its walls let UDP through", Source::daemon};
  if (ports->empty()) return std::nullopt;
  return Grounds{fmt::format("its walls let ports {} through", fmt::join(*ports, ", ")), Source::daemon};
}

std::optional<Grounds> by_escaping(const Facts& facts, std::string_view name) {
  const auto* daemon = find_daemon(facts, name);
  if (daemon == nullptr) return std::nullopt;
  if (daemon->process && !daemon->process->filters_system_calls)
    return Grounds{"the kernel filters none of its system calls", Source::kernel};
  if (daemon->status && !has_wall(*daemon, "seccomp"))
    return Grounds{"it has no filter of system calls", Source::daemon};
  return std::nullopt;
}

std::optional<Grounds> by(const Facts& facts, std::string_view daemon, const Way& way) {
  std::optional<Grounds> grounds;
  switch (way.kind) {
    case being:
      if (way.what == daemon) return Grounds{std::string(way.because), Source::configuration};
      return std::nullopt;
    case holding:
      grounds = by_holding(facts, daemon, way.what);
      break;
    case calling:
      grounds = by_calling(daemon, way.what);
      break;
    case handling:
      grounds = by_handling(daemon, way.what);
      break;
    case connecting:
      return by_connecting(facts, daemon, true);
    case outside:
      return by_connecting(facts, daemon, false);
    case escaping:
      return by_escaping(facts, daemon);
  }
  if (grounds) grounds->because = said(grounds->because, way.because);
  return grounds;
}

}  // namespace

std::span<const Power> powers() { return table; }

std::optional<Grounds> grounds_of(const Facts& facts, std::string_view daemon, const Power& power) {
  for (const auto& way : power.ways) {
    if (auto grounds = by(facts, daemon, way)) return grounds;
  }
  return std::nullopt;
}

}  // namespace scop::risk
