#include "credentials/allowance.hpp"

#include <gtest/gtest.h>

namespace scop::credentials {
namespace {

using namespace std::chrono_literals;

const Deadline start{1000h};

TEST(Allowance, is_taken_until_it_is_used_up_and_comes_back_after_an_hour) {
  Allowance allowance({.messages_per_hour = 3, .recipients_per_hour = 100});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(allowance.take("ann", 1, 1, start + i * 10min), 0s);
  EXPECT_EQ(allowance.take("ann", 1, 1, start + 30min), 30min) << "until the first is an hour old";
  EXPECT_EQ(allowance.take("ann", 1, 1, start + 60min), 0s);
  EXPECT_GT(allowance.take("ann", 1, 1, start + 61min), 0s);
}

TEST(Allowance, counts_recipients_too_and_takes_nothing_when_it_refuses) {
  Allowance allowance({.messages_per_hour = 100, .recipients_per_hour = 10});
  EXPECT_EQ(allowance.take("ann", 1, 8, start), 0s);
  EXPECT_GT(allowance.take("ann", 1, 3, start), 0s);
  EXPECT_EQ(allowance.take("ann", 1, 2, start), 0s);
  EXPECT_GT(allowance.take("ann", 1, 1, start), 0s);
}

TEST(Allowance, never_gives_what_is_over_the_whole_hour) {
  Allowance allowance({.messages_per_hour = 100, .recipients_per_hour = 10});
  EXPECT_EQ(allowance.take("ann", 1, 11, start), 1h);
  EXPECT_EQ(allowance.take("ann", 1, ~0ULL, start), 1h);
}

TEST(Allowance, without_limits_gives_all) {
  Allowance allowance({.messages_per_hour = 0, .recipients_per_hour = 0});
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(allowance.take("ann", 1, 100, start), 0s);
}

TEST(Allowance, is_each_accounts_own_and_forgets_the_idle) {
  Allowance allowance({.messages_per_hour = 1, .recipients_per_hour = 1});
  EXPECT_EQ(allowance.take("ann", 1, 1, start), 0s);
  EXPECT_EQ(allowance.take("bob", 1, 1, start), 0s);
  EXPECT_GT(allowance.take("ann", 1, 1, start), 0s);
  EXPECT_EQ(allowance.size(), 2U);
  EXPECT_EQ(allowance.take("eve", 1, 1, start + 2h), 0s);
  EXPECT_EQ(allowance.size(), 1U);
}

}  // namespace
}  // namespace scop::credentials
