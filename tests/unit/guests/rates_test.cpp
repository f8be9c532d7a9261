#include "guests/rates.hpp"

#include <gtest/gtest.h>

namespace scop::guests {
namespace {

using namespace std::chrono_literals;

const Deadline start{};

TEST(Rates, take_a_burst_and_then_so_many_a_minute) {
  Rates rates({.per_minute = {6, 0, 0, 0}, .burst = 2});
  for (int i = 0; i < 12; ++i) EXPECT_TRUE(rates.take("192.0.2.0/24", Kind::connection, start)) << i;
  EXPECT_FALSE(rates.take("192.0.2.0/24", Kind::connection, start));
  EXPECT_FALSE(rates.take("192.0.2.0/24", Kind::connection, start + 9s));
  EXPECT_TRUE(rates.take("192.0.2.0/24", Kind::connection, start + 20s));
  EXPECT_TRUE(rates.take("198.51.100.0/24", Kind::connection, start));
}

TEST(Rates, count_each_kind_by_itself_and_zero_is_no_bound) {
  Rates rates({.per_minute = {1, 0, 1, 1}, .burst = 1});
  EXPECT_TRUE(rates.take("n", Kind::connection, start));
  EXPECT_FALSE(rates.take("n", Kind::connection, start));
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(rates.take("n", Kind::message, start));
  EXPECT_TRUE(rates.take("n", Kind::recipient, start));
}

TEST(Rates, let_errors_run_into_debt_that_must_be_waited_off) {
  Rates rates({.per_minute = {0, 0, 0, 10}, .burst = 1});
  EXPECT_FALSE(rates.is_spent("n", Kind::error, start));
  rates.charge("n", Kind::error, 1000, start);
  EXPECT_TRUE(rates.is_spent("n", Kind::error, start));
  EXPECT_TRUE(rates.is_spent("n", Kind::error, start + 1min));
  EXPECT_FALSE(rates.is_spent("n", Kind::error, start + 2min));
}

TEST(Rates, have_a_bounded_table) {
  Rates rates({.most_networks = 10});
  for (int i = 0; i < 1000; ++i) rates.take(std::to_string(i), Kind::connection, start);
  EXPECT_EQ(rates.size(), 10U);
}

}  // namespace
}  // namespace scop::guests
