#include "queueing/pace.hpp"

#include <gtest/gtest.h>

namespace scop::queueing {
namespace {

using std::chrono::milliseconds;

// A destination that takes one message every `interval`, a hundred times.
Pace pace_of(milliseconds interval, Deadline& now) {
  Pace pace;
  for (int i = 0; i < 100; ++i) pace.finished(1, now += interval);
  return pace;
}

TEST(Pace, returns_are_spaced_by_what_the_destination_takes) {
  Deadline now{std::chrono::hours{1}};
  auto pace = pace_of(milliseconds{20}, now);
  const auto first = pace.next_return(500, now);
  auto last = first;
  for (int i = 0; i < 100; ++i) last = pace.next_return(500, now);
  EXPECT_NEAR(static_cast<double>(first.count()), 5000, 500);
  EXPECT_NEAR(static_cast<double>((last - first).count()), 2000, 200);
}

TEST(Pace, a_fast_destination_gets_more_soon) {
  Deadline now{std::chrono::hours{1}};
  auto pace = pace_of(milliseconds{1}, now);
  EXPECT_LE(pace.next_return(500, now), milliseconds{500});
  EXPECT_GE(pace.next_return(0, now), milliseconds{100});
}

TEST(Pace, no_return_is_further_away_than_five_minutes) {
  Deadline now{std::chrono::hours{1}};
  auto pace = pace_of(milliseconds{900}, now);
  for (int i = 0; i < 100'000; ++i) ASSERT_LE(pace.next_return(500, now), std::chrono::minutes{5});
}

TEST(Pace, one_that_could_take_more_is_given_more) {
  Deadline now{std::chrono::hours{1}};
  auto pace = pace_of(milliseconds{20}, now);
  for (int i = 0; i < 200; ++i) pace.finished(0, now += milliseconds{20});
  EXPECT_LE(pace.next_return(500, now), milliseconds{200});
}

TEST(Pace, an_idle_time_does_not_count_as_slowness) {
  Deadline now{std::chrono::hours{1}};
  auto pace = pace_of(milliseconds{2}, now);
  pace.finished(1, now += std::chrono::hours{5});
  EXPECT_LE(pace.next_return(100, now), std::chrono::seconds{4});
}

}  // namespace
}  // namespace scop::queueing
