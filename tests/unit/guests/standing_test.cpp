#include "guests/standing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scop::guests {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const auto client = *dns::Address::from_text("192.0.2.1");

Blocklists listed_with(unsigned score) {
  Blocklists lists(client, {{"zen.example", score}});
  dns::Answer answer;
  answer.rcode = dns::Rcode::no_error;
  answer.records.emplace_back("\x7f\0\0\2", 4);
  lists.answer(lists.wanted().front(), answer);
  return lists;
}

TEST(Standing, of_an_unknown_client_is_good) {
  const auto standing = standing_of({}, {});
  EXPECT_FALSE(standing.refusal || standing.slow);
  EXPECT_THAT(standing.observations, IsEmpty());
}

TEST(Standing, refuses_from_the_blocklists_threshold_on) {
  const auto enough = listed_with(10);
  const auto little = listed_with(9);
  EXPECT_EQ(smtp::in_one_line(*standing_of({.blocklists = &enough}, {}).refusal),
            "550 5.7.1 Client address is listed by zen.example");
  const auto standing = standing_of({.blocklists = &little}, {});
  EXPECT_FALSE(standing.refusal);
  EXPECT_THAT(standing.observations, ElementsAre("dnsbl:zen.example"));
  EXPECT_FALSE(standing_of({.blocklists = &enough}, {.blocklist_refuse = 0}).refusal);
}

TEST(Standing, of_a_spammer_follows_the_policy) {
  const Knowledge spammer{.reputation = {true, 0.96, "41 of 42"}};
  const auto slow = standing_of(spammer, {});
  EXPECT_TRUE(slow.slow && !slow.refusal);
  EXPECT_THAT(slow.observations, Contains("reputation:spammer"));
  EXPECT_FALSE(standing_of(spammer, {.spam_host = SpamHostPolicy::observe}).slow);
  EXPECT_TRUE(standing_of(spammer, {.spam_host = SpamHostPolicy::refuse}).refusal);
}

TEST(Standing, of_a_worse_spammer_is_refusal_under_any_policy) {
  const Knowledge worse{.reputation = {true, 0.995, ""}};
  EXPECT_TRUE(standing_of(worse, {.spam_host = SpamHostPolicy::observe}).refusal);
  EXPECT_FALSE(standing_of(worse, {.spam_host_refuse = 0}).refusal);
}

TEST(Standing, tells_the_result_of_iprev) {
  EXPECT_THAT(standing_of({.iprev = "fail"}, {}).observations, ElementsAre("iprev:fail"));
}

TEST(Helo, that_lies_is_observed) {
  const auto seen = [](std::string_view helo) {
    return helo_observations(helo, client, "mail.example", "example");
  };
  EXPECT_THAT(seen("mx.sender.example"), IsEmpty());
  EXPECT_THAT(seen("[192.0.2.1]"), ElementsAre("helo:literal"));
  EXPECT_THAT(seen("[192.0.2.2]"), ElementsAre("helo:false-literal"));
  EXPECT_THAT(seen("192.0.2.1"), ElementsAre("helo:bare-ip"));
  EXPECT_THAT(seen("MAIL.example"), ElementsAre("helo:ours"));
  EXPECT_THAT(seen("example"), ElementsAre("helo:ours"));
  EXPECT_THAT(seen("localhost"), ElementsAre("helo:no-dot"));
}

}  // namespace
}  // namespace scop::guests
