#include "topology/topology.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

namespace scop::topology {
namespace {

constexpr std::string_view health = "grpc.health.v1.Health/Check";

TEST(Daemons, HavePortsAndUsersOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<std::uint16_t> ports;
  std::set<std::uint16_t> users;
  for (const auto& daemon : daemons()) {
    EXPECT_TRUE(names.insert(daemon.name).second) << daemon.name;
    EXPECT_FALSE(daemon.job.empty()) << daemon.name;
    if (!daemon.is_daemon) continue;
    EXPECT_TRUE(ports.insert(daemon.pipe_port).second) << daemon.name;
    EXPECT_TRUE(users.insert(daemon.user_offset).second) << daemon.name;
    EXPECT_NE(daemon.user_offset, 0) << daemon.name << " would run as the mesh's base user";
  }
}

TEST(Edges, LeadFromAKnownNameToAnotherDaemonOnceEach) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
  for (const auto& edge : edges()) {
    EXPECT_TRUE(seen.insert({edge.caller, edge.method, edge.callee}).second)
        << edge.caller << " " << edge.method;
    ASSERT_NE(find(edge.caller), nullptr) << edge.caller;
    const auto* callee = find(edge.callee);
    ASSERT_NE(callee, nullptr) << edge.callee;
    EXPECT_TRUE(callee->is_daemon) << edge.callee;
    EXPECT_NE(edge.caller, edge.callee);
    EXPECT_EQ(std::ranges::count(edge.method, '/'), 1) << edge.method;
  }
}

TEST(Calls, AreRefusedForEveryTripleThatIsNotDeclared) {
  std::set<std::string_view> methods{health};
  for (const auto& edge : edges()) methods.insert(edge.method);
  for (const auto& caller : daemons()) {
    for (const auto& callee : daemons()) {
      for (const auto method : methods) {
        const bool declared = std::ranges::any_of(edges(), [&](const Edge& edge) {
          return edge.caller == caller.name && edge.callee == callee.name && edge.method == method;
        });
        const bool asks_health =
            method == health && (caller.name == callee.name || caller.name == "operator");
        EXPECT_EQ(may_call(caller.name, method, callee.name), declared || asks_health)
            << caller.name << " " << method << " " << callee.name;
      }
    }
  }
  EXPECT_FALSE(may_call("", "scop.v1.Stage/Pass", "signer"));
  EXPECT_FALSE(may_call("nobody", health, "signer"));
  EXPECT_FALSE(may_call("submission", "scop.v1.Stage/pass", "signer"));
}

// The promises of the design, as sentences about the table.
TEST(Promises, OnlyTheCourierReachesPort25) {
  for (const auto& daemon : daemons()) {
    if (daemon.reaches.contains("25")) {
      EXPECT_EQ(daemon.name, "courier");
    }
  }
}

TEST(Promises, TheQueueTakesMailFromTheLastStageOfEachRowAndNoEdgeCanReachIt) {
  for (const auto& edge : edges()) {
    if (edge.method == "scop.v1.Stage/Pass" && edge.callee == "relay") {
      EXPECT_THAT(std::string(edge.caller), testing::AnyOf("signer", "verifier"));
    }
    if (edge.caller == "receiver") {
      EXPECT_THAT(std::string(edge.callee), testing::AnyOf("accounts", "resolver", "spamfilter"));
    }
    if (edge.caller == "submission") {
      EXPECT_THAT(std::string(edge.callee), testing::AnyOf("accounts", "signer"));
    }
  }
}

TEST(Promises, WhoListensToHostileServersCallsTheResolverAlone) {
  EXPECT_THAT(callees_of("courier"), testing::ElementsAre("resolver"));
  EXPECT_THAT(callees_of("accounts"), testing::IsEmpty());
  EXPECT_THAT(callees_of("resolver"), testing::IsEmpty());
}

TEST(Promises, AdministrationIsTheOperatorsAlone) {
  for (const auto& edge : edges()) {
    if (edge.method.starts_with("scop.v1.AccountsAdmin/") || edge.method.starts_with("scop.v1.Queue/") ||
        edge.method.starts_with("scop.v1.Keys/") || edge.method.starts_with("scop.v1.ResolverAdmin/") ||
        edge.method.starts_with("scop.v1.TlsReports/")) {
      EXPECT_EQ(edge.caller, "operator") << edge.method;
    }
  }
}

TEST(Promises, WhoServesTheWebLearnsTheDomainsAndNothingElse) {
  EXPECT_THAT(callees_of("web"), testing::ElementsAre("accounts"));
  for (const auto& edge : edges()) {
    if (edge.callee == "web") {
      EXPECT_TRUE(edge.method.starts_with("scop.v1.Daemon/"));
    }
    if (edge.caller == "web") {
      EXPECT_EQ(edge.method, "scop.v1.Accounts/HostedDomains");
    }
  }
}

TEST(Promises, EveryDaemonTellsItsStateToTheOperatorAndTheMonitorWhoMayAskNothingElse) {
  for (const auto& daemon : daemons()) {
    EXPECT_EQ(may_call("monitor", "scop.v1.Daemon/Metrics", daemon.name), daemon.is_daemon);
    EXPECT_EQ(may_call("operator", "scop.v1.Daemon/Status", daemon.name), daemon.is_daemon);
    if (daemon.is_daemon) {
      EXPECT_FALSE(may_call("monitor", "grpc.health.v1.Health/Check", daemon.name));
    }
  }
  for (const auto& edge : edges()) {
    EXPECT_EQ(edge.caller == "monitor" || edge.method.starts_with("scop.v1.Daemon/"),
              edge.method.starts_with("scop.v1.Daemon/"))
        << edge.caller << " " << edge.method;
  }
}

TEST(CalleesOf, NamesEachOnce) {
  EXPECT_THAT(callees_of("submission"), testing::UnorderedElementsAre("accounts", "signer"));
  EXPECT_THAT(callees_of("relay"), testing::UnorderedElementsAre("signer", "accounts", "courier"));
  EXPECT_THAT(callees_of("nobody"), testing::IsEmpty());
}

}  // namespace
}  // namespace scop::topology
