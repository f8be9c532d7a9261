#include "courier/sender_standing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "courier/limits.hpp"

namespace scop::courier {
namespace {

using spf::Result;
using testing::HasSubstr;

dns::Address address(std::string_view text) { return dns::Address::from_text(text).value(); }

spf::Verdict verdict(Result result, spf::Identity identity = spf::Identity::mail_from) {
  spf::Verdict made;
  made.result = result;
  made.identity = identity;
  made.domain = "example.org";
  made.mechanism = "-all";
  made.record_domain = "_spf.example.org";
  made.reason = "two records";
  return made;
}

Deadline at(std::chrono::seconds since) { return Deadline() + since; }

TEST(SenderStandingTest, only_pass_lets_mail_out) {
  EXPECT_TRUE(standing_of(verdict(Result::pass), address("192.0.2.1")).authorised);
  for (const auto result :
       {Result::fail, Result::softfail, Result::neutral, Result::none, Result::permerror}) {
    const auto standing = standing_of(verdict(result), address("192.0.2.1"));
    EXPECT_FALSE(standing.authorised) << spf::name_of(result);
    EXPECT_THAT(standing.why, HasSubstr("192.0.2.1"));
    EXPECT_THAT(standing.why, HasSubstr("example.org"));
  }
}

TEST(SenderStandingTest, trouble_with_the_dns_holds_nothing) {
  const auto standing = standing_of(verdict(Result::temperror), address("192.0.2.1"));
  EXPECT_TRUE(standing.authorised);
  EXPECT_FALSE(standing.known);
}

TEST(SenderStandingTest, a_helo_name_without_a_record_claims_nothing) {
  EXPECT_TRUE(standing_of(verdict(Result::none, spf::Identity::helo), address("192.0.2.1")).authorised);
  EXPECT_FALSE(standing_of(verdict(Result::fail, spf::Identity::helo), address("192.0.2.1")).authorised);
}

TEST(SenderStandingTest, the_refusal_says_what_to_add_where) {
  const auto reply = refusal_of(standing_of(verdict(Result::fail), address("2001:db8::1")));
  EXPECT_EQ(reply.code, 451);
  EXPECT_EQ(reply.enhanced, "4.7.23");
  EXPECT_EQ(reply.lines.at(0),
            "2001:db8::1 is missing in the SPF record of _spf.example.org (fail by \"-all\"): add "
            "ip6:2001:db8::1 to it, or send by another address");
  EXPECT_THAT(standing_of(verdict(Result::none), address("192.0.2.1")).why,
              HasSubstr("publish \"v=spf1 ip4:192.0.2.1 -all\""));
  EXPECT_THAT(standing_of(verdict(Result::permerror), address("192.0.2.1")).why, HasSubstr("(two records)"));
}

TEST(SenderStandingTest, private_addresses_are_those_the_world_cannot_reach) {
  for (const auto* text :
       {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.0.1", "127.0.0.1",
        "169.254.1.1", "fc00::1", "fdff::1", "fe80::1", "::1"}) {
    EXPECT_TRUE(is_private(address(text))) << text;
  }
  for (const auto* text : {"11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1", "100.128.0.1",
                           "192.0.2.1", "2001:db8::1", "fb00::1"}) {
    EXPECT_FALSE(is_private(address(text))) << text;
  }
}

TEST(SenderStandingTest, the_world_sees_configured_addresses_of_the_same_family) {
  const std::vector both{address("192.0.2.7"), address("192.0.2.8"), address("2001:db8::7")};
  EXPECT_EQ(seen_from_outside(address("10.0.0.1"), both), std::vector({both[0], both[1]}));
  EXPECT_EQ(seen_from_outside(address("2001:db8::1"), both), std::vector({both[2]}));
  EXPECT_EQ(seen_from_outside(address("198.51.100.1"), {}), std::vector({address("198.51.100.1")}));
  EXPECT_TRUE(seen_from_outside(address("10.0.0.1"), {both[2]}).empty());
}

TEST(SenderStandingTest, a_null_reverse_path_stands_for_helo) {
  EXPECT_EQ(sender_of("", "Mail.Example.ORG", address("192.0.2.1")),
            (Sender{"mail.example.org", true, address("192.0.2.1")}));
  EXPECT_EQ(sender_of("\"a@b\"@Example.ORG", "x", address("192.0.2.1")),
            (Sender{"example.org", false, address("192.0.2.1")}));
}

TEST(SenderStandingTest, verdicts_hold_as_long_as_their_records_but_ten_minutes_at_least) {
  using namespace std::chrono_literals;
  const SenderStanding standing;
  EXPECT_EQ(life_of(standing, 3600), 3600s);
  EXPECT_EQ(life_of(standing, 5), 600s);
  EXPECT_EQ(life_of(standing, UINT32_MAX), 24h);
  EXPECT_EQ(life_of({true, false, ""}, 3600), 60s);
}

TEST(SenderCacheTest, forgets_what_is_too_old_and_the_oldest_of_too_many) {
  using namespace std::chrono_literals;
  SenderCache cache(2);
  const auto sender = [](const std::string& domain) {
    return sender_of("a@" + domain, "", address("192.0.2.1"));
  };
  cache.keep(sender("one.example"), {}, at(10s));
  cache.keep(sender("two.example"), {false, true, "why"}, at(20s));
  EXPECT_NE(cache.find(sender("one.example"), at(9s)), nullptr);
  EXPECT_EQ(cache.find(sender("one.example"), at(10s)), nullptr);
  EXPECT_EQ(cache.find(sender("two.example"), at(11s))->why, "why");
  cache.keep(sender("one.example"), {}, at(30s));  // now the youngest
  cache.keep(sender("three.example"), {}, at(30s));
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.find(sender("two.example"), at(12s)), nullptr);
  EXPECT_NE(cache.find(sender("one.example"), at(12s)), nullptr);
}

TEST(RemindersTest, come_once_an_hour_for_each_and_stay_bounded) {
  using namespace std::chrono_literals;
  Reminders reminders(2);
  EXPECT_TRUE(reminders.due("one", at(0s)));
  EXPECT_FALSE(reminders.due("one", at(3599s)));
  EXPECT_TRUE(reminders.due("two", at(3599s)));
  EXPECT_FALSE(reminders.due("three", at(3599s)));
  EXPECT_TRUE(reminders.due("three", at(3600s)));
  EXPECT_TRUE(reminders.due("two", at(7199s)));
}

}  // namespace
}  // namespace scop::courier
