#include "settings/relay.hpp"

#include <gtest/gtest.h>

namespace scop::settings {
namespace {

TEST(RelaySettings, TheDefaultsAreSound) {
  const auto document = config::Document::parse("", "scop.toml").value();
  const auto relay = read_relay(document);
  EXPECT_TRUE(document.problems().empty());
  EXPECT_EQ(relay.retry.size(), 6U);
  EXPECT_EQ(relay.expire, std::chrono::hours{120});
}

TEST(RelaySettings, WaitsAreReadAsAList) {
  const auto document =
      config::Document::parse("[relay]\nretry = [\"500ms\", \"2m\"]\nexpire = \"1h\"\n", "scop.toml").value();
  const auto relay = read_relay(document);
  EXPECT_TRUE(document.problems().empty());
  EXPECT_EQ(relay.retry, (std::vector<std::chrono::milliseconds>{std::chrono::milliseconds{500},
                                                                 std::chrono::minutes{2}}));
}

TEST(RelaySettings, AWaitThatIsNoneIsAProblemWithItsLine) {
  for (const auto* bad :
       {"[relay]\nretry = [\"soon\"]\n", "[relay]\nretry = [\"0s\"]\n", "[relay]\nexpire = \"1s\"\n",
        "[relay]\nattempts = 0\n", "[relay]\nquota_recount = \"0s\"\n"}) {
    const auto document = config::Document::parse(bad, "scop.toml").value();
    static_cast<void>(read_relay(document));
    ASSERT_EQ(document.problems().size(), 1U) << bad;
    EXPECT_TRUE(document.problems()[0].starts_with("scop.toml:2: [relay] ")) << document.problems()[0];
  }
}

}  // namespace
}  // namespace scop::settings
