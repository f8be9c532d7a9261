#include "resolver/statistics.hpp"

#include <gtest/gtest.h>

namespace scop::resolver {
namespace {

using std::chrono::milliseconds;

TEST(Durations, GiveAMedianWithinTheirSteps) {
  Durations durations;
  EXPECT_EQ(durations.quantile(0.5), 0U);
  for (int i = 0; i < 90; ++i) durations.note(milliseconds(20));
  for (int i = 0; i < 10; ++i) durations.note(milliseconds(900));
  EXPECT_GE(durations.quantile(0.5), 20U);
  EXPECT_LE(durations.quantile(0.5), 29U);
  EXPECT_GE(durations.quantile(0.99), 900U);
  durations.note(std::chrono::hours(1));
  durations.note(milliseconds(0));
}

}  // namespace
}  // namespace scop::resolver
