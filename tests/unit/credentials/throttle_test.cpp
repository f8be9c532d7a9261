#include "credentials/throttle.hpp"

#include <gtest/gtest.h>

#include "credentials/rate.hpp"

namespace scop::credentials {
namespace {

using namespace std::chrono_literals;

const Deadline start{1000h};
const ThrottleRules rules{
    .free_failures = 3, .first_wait = 1s, .longest_wait = 8s, .forgotten_after = 60s, .most_counts = 4};

// One whole guess; the wait it met.
std::chrono::seconds guess(Throttle& throttle, std::string_view login, Deadline now) {
  const auto wait = throttle.begin("submission", login, now);
  if (wait == 0s) throttle.failed("submission", login, now);
  return wait;
}

TEST(Throttle, lets_the_first_failures_pass_and_then_doubles_the_wait) {
  Throttle throttle(rules);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(guess(throttle, "ann", start), 0s);
  auto now = start;
  for (const auto wait : {1s, 2s, 4s, 8s, 8s}) {
    EXPECT_EQ(guess(throttle, "ann", now), wait);
    now += wait;
    EXPECT_EQ(guess(throttle, "ann", now), 0s);
  }
}

TEST(Throttle, counts_each_account_and_daemon_apart) {
  Throttle throttle(rules);
  for (int i = 0; i < 3; ++i) guess(throttle, "ann", start);
  EXPECT_GT(throttle.wait("submission", "ann", start), 0s);
  EXPECT_EQ(throttle.begin("submission", "bob", start), 0s);
  EXPECT_EQ(throttle.begin("receiver", "ann", start), 0s);
}

TEST(Throttle, forgives_on_success_and_with_time) {
  Throttle throttle(rules);
  for (int i = 0; i < 3; ++i) guess(throttle, "ann", start);
  throttle.succeeded("submission", "ann");
  EXPECT_EQ(throttle.size(), 0U);
  for (int i = 0; i < 3; ++i) guess(throttle, "ann", start);
  EXPECT_GT(throttle.begin("submission", "ann", start), 0s);
  EXPECT_EQ(guess(throttle, "ann", start + 61s), 0s);
  EXPECT_EQ(guess(throttle, "ann", start + 61s), 0s) << "the count begins anew";
}

TEST(Throttle, lets_one_guess_at_a_time_through_once_it_counts) {
  Throttle throttle(rules);
  for (int i = 0; i < 3; ++i) guess(throttle, "ann", start);
  const auto later = start + 5s;
  EXPECT_EQ(throttle.begin("submission", "ann", later), 0s);
  EXPECT_GT(throttle.begin("submission", "ann", later), 0s) << "another one is under way";
  throttle.gave_up("submission", "ann");
  EXPECT_EQ(throttle.begin("submission", "ann", later), 0s) << "nothing was learnt";
}

TEST(Throttle, many_sessions_of_a_good_user_do_not_disturb_each_other) {
  Throttle throttle(rules);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(throttle.begin("submission", "ann", start), 0s);
  for (int i = 0; i < 50; ++i) throttle.succeeded("submission", "ann");
  EXPECT_EQ(throttle.size(), 0U);
}

TEST(Throttle, forgets_the_longest_untouched_when_full) {
  Throttle throttle(rules);
  for (int i = 0; i < 3; ++i) guess(throttle, "ann", start);
  for (const auto* other : {"b", "c", "d"}) guess(throttle, other, start);
  EXPECT_GT(throttle.wait("submission", "ann", start), 0s);
  guess(throttle, "e", start);
  EXPECT_EQ(throttle.size(), 4U);
  EXPECT_EQ(throttle.wait("submission", "ann", start), 0s);
}

TEST(Throttle, a_name_with_nul_is_not_another_daemons) {
  Throttle throttle(rules);
  for (int i = 0; i < 3; ++i) guess(throttle, "ann", start);
  EXPECT_EQ(throttle.wait("submission", std::string_view("ann\0", 4), start), 0s);
}

TEST(Rate, bounds_failures_in_time) {
  Rate rate(2, start);
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(rate.is_spent(start));
    rate.take(start);
  }
  EXPECT_TRUE(rate.is_spent(start));
  EXPECT_FALSE(rate.is_spent(start + 500ms));
  rate.take(start + 500ms);
  EXPECT_TRUE(rate.is_spent(start + 500ms));
  EXPECT_TRUE(rate.is_spent(start)) << "a clock that goes back gives nothing";
}

}  // namespace
}  // namespace scop::credentials
