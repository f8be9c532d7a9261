#include "queueing/schedule.hpp"

#include <gtest/gtest.h>

namespace scop::queueing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr Time start{std::chrono::seconds{1'700'000'000}};

TEST(Schedule, WaitsFollowTheListThenDoubleUpToTheLongest) {
  const Schedule schedule;
  const std::vector<milliseconds> expected{minutes{1}, minutes{5}, minutes{15}, minutes{30}, hours{1},
                                           hours{2},   hours{4},   hours{4},    hours{4}};
  for (unsigned attempt = 1; attempt <= expected.size(); ++attempt) {
    const auto wait = wait_after(schedule, attempt, attempt * 7919);
    EXPECT_GE(wait, expected[attempt - 1] * 85 / 100) << attempt;
    EXPECT_LE(wait, expected[attempt - 1] * 115 / 100) << attempt;
  }
  EXPECT_LE(wait_after(schedule, 4'000'000'000U, 1), hours{5});
}

TEST(Schedule, JitterComesFromTheSeedAlone) {
  const Schedule schedule;
  EXPECT_EQ(wait_after(schedule, 1, 5), wait_after(schedule, 1, 5));
  EXPECT_NE(wait_after(schedule, 1, 5), wait_after(schedule, 1, 6));
}

TEST(Schedule, ARecipientExpiresByAgeAndTries) {
  const Schedule schedule;
  EXPECT_FALSE(is_expired(schedule, start, 30, start + hours{119}));
  EXPECT_TRUE(is_expired(schedule, start, 30, start + hours{120}));
}

TEST(Schedule, AClockThatJumpsForwardExpiresNothingByItself) {
  const Schedule schedule;
  EXPECT_FALSE(is_expired(schedule, start, 1, start + hours{24 * 365}));
  EXPECT_FALSE(wants_delay_notice(schedule, start, 1, start + hours{24 * 365}));
}

TEST(Schedule, AClockThatJumpedBackLeavesNothingWaitingForYears) {
  const Schedule schedule;
  const auto next = start + wait_after(schedule, 9, 1);
  EXPECT_LE(next, latest_plausible(schedule, start));
  EXPECT_GT(next, latest_plausible(schedule, start - hours{24 * 365}));
}

TEST(Schedule, AShortExpiryAsksForFewerTries) {
  Schedule schedule;
  EXPECT_EQ(attempts_before_expiry(schedule), 6U);
  schedule.waits = {minutes{1}};
  schedule.longest_wait = minutes{1};
  schedule.expire = milliseconds{minutes{2}};
  EXPECT_EQ(attempts_before_expiry(schedule), 2U);
  schedule.expire = milliseconds{0};
  EXPECT_EQ(attempts_before_expiry(schedule), 1U);
}

TEST(Schedule, TheDelayNoticeCanBeTurnedOff) {
  Schedule schedule;
  EXPECT_FALSE(wants_delay_notice(schedule, start, 5, start + hours{3}));
  EXPECT_TRUE(wants_delay_notice(schedule, start, 5, start + hours{4}));
  schedule.delay_notice = milliseconds{0};
  EXPECT_FALSE(wants_delay_notice(schedule, start, 5, start + hours{40}));
}

}  // namespace
}  // namespace scop::queueing
