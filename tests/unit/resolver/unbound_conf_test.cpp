#include "resolver/unbound_conf.hpp"

#include <gtest/gtest.h>

namespace scop::resolver {
namespace {

bool says(const settings::Resolver& settings, std::string_view line, const AnchorSources& anchors = {},
          const std::vector<std::uint16_t>& tunnels = {}) {
  return unbound_conf(settings, anchors, tunnels).contains("  " + std::string(line) + "\n");
}

TEST(UnboundConf, MinimisesAndHardensByDefault) {
  const settings::Resolver settings;
  for (const auto* line : {"qname-minimisation: yes", "aggressive-nsec: yes", "harden-dnssec-stripped: yes",
                           "do-not-query-localhost: yes", "trust-anchor-signaling: no", "serve-expired: no",
                           "module-config: \"validator iterator\""}) {
    EXPECT_TRUE(says(settings, line)) << line;
  }
  EXPECT_FALSE(unbound_conf(settings, {}, {}).contains("val-override-date"));
  EXPECT_FALSE(unbound_conf(settings, {}, {}).contains("holddown"));
}

TEST(UnboundConf, AsksThisHostOnlyWhereTheAdministratorNamesIt) {
  settings::Resolver settings;
  settings.stubs = {{"Example.TEST", {{"127.0.0.1", 5301, ""}}, true}};
  EXPECT_TRUE(says(settings, "do-not-query-localhost: no"));
  EXPECT_TRUE(says(settings, "name: \"example.test.\""));
  EXPECT_TRUE(says(settings, "stub-prime: yes"));
  EXPECT_TRUE(says(settings, "stub-addr: 127.0.0.1@5301"));
  EXPECT_TRUE(says(settings, "local-zone: \"example.test.\" transparent"));
}

TEST(UnboundConf, ForwardsThroughTunnelsWhereTlsIsWanted) {
  settings::Resolver settings;
  settings.forward = {{"192.0.2.53", 853, "dns.example"}};
  EXPECT_TRUE(says(settings, "forward-addr: 127.0.0.1@4711", {}, {4711}));
  EXPECT_FALSE(unbound_conf(settings, {}, {4711}).contains("192.0.2.53"));
  EXPECT_TRUE(says(settings, "forward-tcp-upstream: yes", {}, {4711}));
  settings.forward = {{"192.0.2.53", 53, ""}};
  EXPECT_TRUE(says(settings, "forward-addr: 192.0.2.53@53"));
}

TEST(UnboundConf, TakesNoNameForMoreThanAName) {
  settings::Resolver settings;
  settings.insecure_domains = {"a\"\n  x: \"b.test"};
  EXPECT_FALSE(unbound_conf(settings, {}, {}).contains("\n  x:"));
}

TEST(UnboundConf, ValidatesByAnchorsOfBothKinds) {
  const AnchorSources anchors{{"/state/root.key"}, {"a. DS 1 13 2 AA"}, ""};
  EXPECT_TRUE(says({}, "auto-trust-anchor-file: \"/state/root.key\"", anchors));
  EXPECT_TRUE(says({}, "trust-anchor: \"a. DS 1 13 2 AA\"", anchors));
  settings::Resolver off;
  off.dnssec = false;
  EXPECT_FALSE(unbound_conf(off, anchors, {}).contains("trust-anchor:"));
}

}  // namespace
}  // namespace scop::resolver
