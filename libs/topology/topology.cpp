#include "topology/topology.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace scop::topology {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::array known_daemons{
    Daemon{"accounts", "domains, users, passwords, aliases, throttles", "credential database, grant key", "",
           7101, 1, true},
    Daemon{"submission", "mail clients' dialogue on 587 and 465", "public TLS key", "", 7102, 2, true},
    Daemon{"signer", "DKIM signatures; publishes their keys", "DKIM keys, TSIG key", "the primary DNS", 7103,
           3, true},
    Daemon{"relay", "durable queue, schedule, bounces, local delivery", "the queue, mailboxes", "", 7104, 4,
           true},
    Daemon{"courier", "speaks SMTP to the world", "smarthost credentials, MTA-STS policies", "25 465 587 443",
           7105, 5, true},
    Daemon{"resolver", "validating DNS for the mesh", "cache, trust anchors", "53 853", 7106, 6, true},
    Daemon{"receiver", "the world's mail on 25", "public TLS key", "", 7107, 7, true},
    Daemon{"spamfilter", "labels spam; knows frequent spammers", "token counts", "", 7108, 8, true},
    Daemon{"verifier", "SPF, DKIM, DMARC, ARC; report data", "report data", "", 7109, 9, true},
    Daemon{"web", "MTA-STS policy, autoconfiguration, .well-known", "public TLS key", "", 7110, 11, true},
    Daemon{"mailbox", "Dovecot's helper: passwords, look-ups, learning", "its own pipe key", "", 0, 10,
           false},
    Daemon{"monitor", "collects the daemons' metrics", "its own pipe key", "", 0, 13, false},
    Daemon{"operator", "the scop command line", "its own pipe key", "", 0, 0, false},
};

constexpr std::array own_edges{
    Edge{"submission", "scop.v1.Accounts/Authenticate", "accounts"},
    Edge{"submission", "scop.v1.Accounts/ScramBegin", "accounts"},
    Edge{"submission", "scop.v1.Accounts/ScramFinish", "accounts"},
    Edge{"submission", "scop.v1.Accounts/Reserve", "accounts"},
    Edge{"submission", "scop.v1.Stage/Pass", "signer"},
    Edge{"submission", "scop.v1.Stage/Outcome", "signer"},
    Edge{"signer", "scop.v1.Stage/Pass", "relay"},
    Edge{"signer", "scop.v1.Stage/Outcome", "relay"},
    Edge{"relay", "scop.v1.Stage/Pass", "signer"},
    Edge{"relay", "scop.v1.Stage/Outcome", "signer"},
    Edge{"relay", "scop.v1.Accounts/Resolve", "accounts"},
    Edge{"relay", "scop.v1.Accounts/ReportUsage", "accounts"},
    Edge{"relay", "scop.v1.Courier/Attempt", "courier"},
    Edge{"relay", "scop.v1.Courier/FindReportPolicy", "courier"},
    Edge{"relay", "scop.v1.Courier/PostReport", "courier"},
    Edge{"receiver", "scop.v1.Accounts/CheckRecipient", "accounts"},
    Edge{"receiver", "scop.v1.Resolver/Lookup", "resolver"},
    Edge{"receiver", "scop.v1.Spamfilter/Reputation", "spamfilter"},
    Edge{"receiver", "scop.v1.Stage/Pass", "spamfilter"},
    Edge{"receiver", "scop.v1.Stage/Outcome", "spamfilter"},
    Edge{"spamfilter", "scop.v1.Stage/Pass", "verifier"},
    Edge{"spamfilter", "scop.v1.Stage/Outcome", "verifier"},
    Edge{"verifier", "scop.v1.Resolver/Lookup", "resolver"},
    Edge{"verifier", "scop.v1.Stage/Pass", "relay"},
    Edge{"verifier", "scop.v1.Stage/Outcome", "relay"},
    Edge{"verifier", "scop.v1.Stage/Pass", "signer"},
    Edge{"verifier", "scop.v1.Stage/Outcome", "signer"},
    Edge{"mailbox", "scop.v1.Accounts/Authenticate", "accounts"},
    Edge{"mailbox", "scop.v1.Accounts/Lookup", "accounts"},
    Edge{"mailbox", "scop.v1.Spamfilter/Train", "spamfilter"},
    Edge{"courier", "scop.v1.Resolver/Lookup", "resolver"},
    Edge{"web", "scop.v1.Accounts/HostedDomains", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/AddDomain", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/ListDomains", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/AddUser", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/SetPassword", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/SetDisabled", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/SetQuota", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/RemoveUser", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/ListUsers", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/AddAppPassword", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/RemoveAppPassword", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/AddAlias", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/RemoveAlias", "accounts"},
    Edge{"operator", "scop.v1.AccountsAdmin/ListAliases", "accounts"},
    Edge{"operator", "scop.v1.Queue/List", "relay"},
    Edge{"operator", "scop.v1.Queue/Show", "relay"},
    Edge{"operator", "scop.v1.Queue/Act", "relay"},
    Edge{"operator", "scop.v1.Keys/List", "signer"},
    Edge{"operator", "scop.v1.Keys/Publish", "signer"},
    Edge{"operator", "scop.v1.Keys/Rotate", "signer"},
    Edge{"operator", "scop.v1.Courier/Explain", "courier"},
    Edge{"operator", "scop.v1.TlsReports/Pending", "relay"},
    Edge{"operator", "scop.v1.TlsReports/Send", "relay"},
    Edge{"operator", "scop.v1.Resolver/Lookup", "resolver"},
    Edge{"operator", "scop.v1.ResolverAdmin/Statistics", "resolver"},
    Edge{"operator", "scop.v1.ResolverAdmin/Flush", "resolver"},
    Edge{"operator", "scop.v1.Spamfilter/Train", "spamfilter"},
    Edge{"operator", "scop.v1.Spamfilter/Reputation", "spamfilter"},
    Edge{"operator", "scop.v1.Spamfilter/Statistics", "spamfilter"},
    Edge{"operator", "scop.v1.Reports/Pending", "verifier"},
    Edge{"operator", "scop.v1.Reports/Send", "verifier"},
};

// What every daemon serves beside its job. Health is asked by each daemon's own binary as well, so it is no
// edge.
constexpr std::string_view health_check = "grpc.health.v1.Health/Check";
constexpr std::array of_every_daemon{
    std::pair{"operator"sv, "scop.v1.Daemon/Status"sv}, std::pair{"operator"sv, "scop.v1.Daemon/Metrics"sv},
    std::pair{"monitor"sv, "scop.v1.Daemon/Status"sv}, std::pair{"monitor"sv, "scop.v1.Daemon/Metrics"sv}};

constexpr std::size_t daemon_count = std::ranges::count_if(known_daemons, &Daemon::is_daemon);

constexpr auto known_edges = [] {
  std::array<Edge, own_edges.size() + of_every_daemon.size() * daemon_count> all{};
  std::size_t count = 0;
  for (const auto& edge : own_edges) all[count++] = edge;
  for (const auto& daemon : known_daemons) {
    if (!daemon.is_daemon) continue;
    for (const auto& [caller, method] : of_every_daemon) all[count++] = Edge{caller, method, daemon.name};
  }
  return all;
}();

}  // namespace

std::span<const Daemon> daemons() { return known_daemons; }
std::span<const Edge> edges() { return known_edges; }

const Daemon* find(std::string_view name) {
  const auto found = std::ranges::find(known_daemons, name, &Daemon::name);
  return found == known_daemons.end() ? nullptr : &*found;
}

bool may_call(std::string_view caller, std::string_view method, std::string_view callee) {
  if (method == health_check) return caller == callee || caller == "operator";
  return std::ranges::any_of(known_edges, [&](const Edge& edge) {
    return edge.caller == caller && edge.method == method && edge.callee == callee;
  });
}

std::vector<std::string_view> callees_of(std::string_view caller) {
  std::vector<std::string_view> found;
  for (const auto& edge : known_edges) {
    if (edge.caller == caller && std::ranges::find(found, edge.callee) == found.end())
      found.push_back(edge.callee);
  }
  return found;
}

}  // namespace scop::topology
