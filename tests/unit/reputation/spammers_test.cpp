#include "reputation/spammers.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace scop::reputation {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Time start{std::chrono::days{20'000}};

dns::Address address(std::string_view text) { return *dns::Address::from_text(text); }

void send(Spammers& list, std::string_view client, int count, bool spam, Time at = start,
          std::string_view domain = "example.org") {
  for (int i = 0; i < count; ++i) list.note(address(client), domain, spam, at);
}

TEST(Spammers, AreUnknownBeforeThereIsEvidence) {
  Spammers list({});
  EXPECT_EQ(list.of_client(address("198.51.100.7"), start).standing, Standing::unknown);
  send(list, "198.51.100.7", 9, true);
  EXPECT_EQ(list.of_client(address("198.51.100.7"), start).standing, Standing::unknown);
  send(list, "198.51.100.7", 1, true);
  const auto judged = list.of_client(address("198.51.100.7"), start);
  EXPECT_EQ(judged.standing, Standing::spammer);
  EXPECT_EQ(judged.reason, "198.51.100.7: 10 of 10 messages of late were spam");
}

TEST(Spammers, EvidenceThatComesOverAnHourIsEnough) {
  Spammers list({});
  for (int i = 0; i < 10; ++i) send(list, "198.51.100.7", 1, true, start + std::chrono::minutes{6 * i});
  EXPECT_EQ(list.of_client(address("198.51.100.7"), start + hours{1}).standing, Standing::spammer);
}

TEST(Spammers, AreForgottenByHalves) {
  Spammers list({});
  send(list, "198.51.100.7", 30, true);
  EXPECT_EQ(list.of_client(address("198.51.100.7"), start + days{7}).standing, Standing::spammer);
  EXPECT_EQ(list.of_client(address("198.51.100.7"), start + days{14}).standing, Standing::unknown);
}

TEST(Spammers, AreNotThoseWhoSendHamToo) {
  Spammers list({});
  send(list, "198.51.100.7", 50, true);
  send(list, "198.51.100.7", 5, false);
  const auto judged = list.of_client(address("198.51.100.7"), start);
  EXPECT_EQ(judged.standing, Standing::unknown);
  EXPECT_NEAR(judged.share, 50.0 / 55, 1e-9);
}

TEST(Spammers, KnowGoodOnes) {
  Spammers list({});
  send(list, "198.51.100.7", 40, false);
  EXPECT_EQ(list.of_client(address("198.51.100.7"), start).standing, Standing::good);
}

TEST(Spammers, AWholeNetworkSpeaksForItsNewAddresses) {
  Spammers list({});
  for (int i = 1; i <= 60; ++i) send(list, fmt::format("198.51.100.{}", i), 1, true);
  const auto judged = list.of_client(address("198.51.100.200"), start);
  EXPECT_EQ(judged.standing, Standing::spammer);
  EXPECT_EQ(judged.reason, "198.51.100.0/24: 60 of 60 messages of late were spam");
  EXPECT_EQ(list.of_client(address("198.51.101.1"), start).standing, Standing::unknown);
}

TEST(Spammers, AnAddressWithHamIsNotItsNetwork) {
  Spammers list({});
  send(list, "198.51.100.9", 3, false);
  for (int i = 10; i <= 110; ++i) send(list, fmt::format("198.51.100.{}", i), 1, true);
  EXPECT_EQ(list.of_client(address("198.51.100.9"), start).standing, Standing::unknown);
  EXPECT_EQ(list.of_client(address("198.51.100.8"), start).standing, Standing::spammer);
}

TEST(Spammers, AnIPv6ClientIsItsSlash64) {
  Spammers list({});
  for (int i = 1; i <= 20; ++i) send(list, fmt::format("2001:db8:1:2::{:x}", i), 1, true);
  EXPECT_EQ(list.of_client(address("2001:db8:1:2:ffff::1"), start).standing, Standing::spammer);
  EXPECT_EQ(list.of_client(address("2001:db8:1:3::1"), start).standing, Standing::unknown);
}

TEST(Spammers, AreNeverGatewaysOrOurselves) {
  Policy policy;
  policy.gateways = {*Network::from_text("203.0.113.0/28")};
  Spammers list(policy);
  send(list, "203.0.113.5", 1000, true);
  send(list, "127.0.0.1", 1000, true);
  EXPECT_EQ(list.of_client(address("203.0.113.5"), start).standing, Standing::unknown);
  EXPECT_EQ(list.of_client(address("127.0.0.1"), start).standing, Standing::unknown);
  EXPECT_EQ(list.size(), 0U);
  send(list, "203.0.113.20", 1000, true);
  EXPECT_EQ(list.of_client(address("203.0.113.5"), start).standing, Standing::unknown);
}

TEST(Spammers, AForgedDomainBlackensItsNetworkAlone) {
  Spammers list({});
  send(list, "198.51.100.7", 100, true, start, "Bank.Example");
  EXPECT_EQ(list.of_sender(address("198.51.100.9"), "bank.example", start).standing, Standing::spammer);
  EXPECT_EQ(list.of_sender(address("192.0.2.1"), "bank.example", start).standing, Standing::unknown);
  EXPECT_EQ(list.of_sender(address("198.51.100.9"), "", start).standing, Standing::unknown);
}

TEST(Spammers, StayBoundedAndKeepTheHeaviest) {
  Policy policy;
  policy.entries = 200;
  Spammers list(policy);
  send(list, "198.51.100.7", 100, true);
  for (int i = 0; i < 2'000; ++i) {
    send(list, fmt::format("10.{}.{}.1", i / 200, i % 200), 1, true);
    ASSERT_LE(list.size(), 200U);
  }
  EXPECT_EQ(list.of_client(address("198.51.100.7"), start).standing, Standing::spammer);
}

TEST(Spammers, ChangesBringAnotherListToTheSameState) {
  Policy policy;
  policy.entries = 50;
  Spammers list(policy);
  std::unordered_map<std::string, Counts> disk;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 30; ++i)
      send(list, fmt::format("10.{}.{}.1", round, i), 1 + i % 3, i % 2 == 0, start + hours{round});
    for (const auto& [key, counts, dropped] : list.take_changes()) {
      if (dropped) {
        disk.erase(key);
      } else {
        disk[key] = counts;
      }
    }
    ASSERT_EQ(disk.size(), list.size());
  }
  EXPECT_TRUE(list.take_changes().empty());
  Spammers again(policy);
  for (const auto& [key, counts] : disk) again.load(key, counts);
  EXPECT_EQ(again.size(), list.size());
  EXPECT_TRUE(again.take_changes().empty());
}

TEST(Spammers, AClockThatGoesBackAddsNothing) {
  Spammers list({});
  send(list, "198.51.100.7", 10, true);
  EXPECT_EQ(list.of_client(address("198.51.100.7"), start - days{70}).reason,
            "198.51.100.7: 10 of 10 messages of late were spam");
}

}  // namespace
}  // namespace scop::reputation
