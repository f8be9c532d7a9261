// What the units say follows from the topology and the configuration.
#include "scop/systemd_units.hpp"

#include <gmock/gmock.h>

#include <map>

#include "scop/configuration.hpp"
#include "topology/topology.hpp"

namespace scop::command {
namespace {

using testing::HasSubstr;
using testing::Not;

std::map<std::string, std::string> units(const std::string& more = "") {
  auto text =
      configuration_text({.domain = "example.test", .host = "mail.example.test", .user_base = 20'000});
  const auto document = config::Document::parse(text + more, "/var/lib/scop/scop.toml");
  EXPECT_TRUE(document.has_value());
  const auto mesh = settings::read_mesh(*document);
  std::map<std::string, std::string> texts;
  for (const auto& unit :
       units_of({.daemons = "/usr/libexec/scop",
                 .command = "/usr/bin/scop",
                 .folder = "/var/lib/scop",
                 .document = *document,
                 .mesh = mesh,
                 .user_of = [](std::string_view daemon) { return "scop-" + std::string(daemon); }}))
    texts[unit.name] = text_of(unit);
  EXPECT_THAT(document->problems(), testing::IsEmpty());
  return texts;
}

TEST(SystemdUnits, ThereIsOneForEachDaemonAndTheTargetWantsIt) {
  auto all = units();
  for (const auto& daemon : topology::daemons()) {
    const auto name = "scop-" + std::string(daemon.name) + ".service";
    EXPECT_EQ(all.contains(name), daemon.is_daemon) << name;
    if (daemon.is_daemon) {
      EXPECT_THAT(all["scop.target"], HasSubstr(name));
    }
  }
}

TEST(SystemdUnits, CalleesAreStartedBeforeTheirCallersAndNothingInACircle) {
  auto all = units();
  EXPECT_THAT(all["scop-submission.service"],
              HasSubstr("After=network.target scop-accounts.service scop-signer.service"));
  EXPECT_THAT(all["scop-signer.service"], HasSubstr("scop-relay.service"));
  const auto relay = all["scop-relay.service"];
  EXPECT_THAT(relay.substr(0, relay.find("[Service]")), Not(HasSubstr("scop-signer.service")));
}

TEST(SystemdUnits, ADaemonSeesOfTheInstanceItsOwnFolderAlone) {
  auto all = units();
  const auto& signer = all["scop-signer.service"];
  EXPECT_THAT(signer, HasSubstr("BindPaths=/var/lib/scop/signer/state\n"));
  EXPECT_THAT(signer, HasSubstr("TemporaryFileSystem=/var:ro"));
  EXPECT_THAT(signer, Not(HasSubstr("/var/lib/scop/accounts")));
  EXPECT_THAT(signer, Not(HasSubstr("ca.key")));
  EXPECT_THAT(signer, Not(HasSubstr("/var/lib/scop/tls")));
  EXPECT_THAT(all["scop-receiver.service"], HasSubstr("/var/lib/scop/tls"));
}

TEST(SystemdUnits, OnlyLowPortsCostACapability) {
  auto all = units();
  EXPECT_THAT(all["scop-receiver.service"], HasSubstr("AmbientCapabilities=CAP_NET_BIND_SERVICE\n"));
  EXPECT_THAT(all["scop-relay.service"], HasSubstr("CapabilityBoundingSet=\n"));
  EXPECT_THAT(all["scop-relay.service"], Not(HasSubstr("AmbientCapabilities")));
}

TEST(SystemdUnits, WhoReachesNobodyOutsideHasNoAddressButLoopback) {
  auto all = units();
  for (const auto* name : {"accounts", "signer", "relay", "verifier", "spamfilter"})
    EXPECT_THAT(all["scop-" + std::string(name) + ".service"], HasSubstr("IPAddressAllow=localhost\n"))
        << name;
  for (const auto* name : {"courier", "resolver", "receiver", "submission"})
    EXPECT_THAT(all["scop-" + std::string(name) + ".service"], HasSubstr("IPAddressAllow=any\n")) << name;
}

TEST(SystemdUnits, TheConfigurationWidensThemAsFarAsItSays) {
  auto all = units("\n[[relay.lmtp]]\ndomain = \"a.test\"\nto = \"192.0.2.9:24\"\n");
  EXPECT_THAT(all["scop-relay.service"], HasSubstr("IPAddressAllow=localhost 192.0.2.9\n"));
}

TEST(SystemdUnits, UsersHaveTheNumbersThatFoldersAreGivenTo) {
  const auto text = users_file(64'100);
  EXPECT_THAT(text, HasSubstr("u scop-accounts 64101 "));
  EXPECT_THAT(text, HasSubstr("u scop-web 64111 "));
  EXPECT_THAT(text, HasSubstr("u scop-acme 64112 "));
  EXPECT_THAT(text, Not(HasSubstr("operator")));
}

}  // namespace
}  // namespace scop::command
