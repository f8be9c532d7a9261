#include "guests/greylist.hpp"

#include <gtest/gtest.h>

namespace scop::guests {
namespace {

using namespace std::chrono_literals;

const Deadline start{};

TEST(Greylist, puts_a_first_try_off_and_lets_the_second_in) {
  Greylist list({.delay = 5min, .window = 24h, .keep = 48h});
  EXPECT_EQ(list.wait("192.0.2.0/24", "a@x", "b@y", start), 300s);
  EXPECT_EQ(list.wait("192.0.2.0/24", "A@X", "b@y", start + 1min), 240s);
  EXPECT_EQ(list.wait("192.0.2.0/24", "a@x", "b@y", start + 5min), 0s);
  EXPECT_EQ(list.wait("192.0.2.0/24", "a@x", "b@y", start + 24h), 0s);
}

TEST(Greylist, knows_each_triplet_by_itself) {
  Greylist list({.delay = 5min});
  list.wait("n", "a", "b", start);
  EXPECT_EQ(list.wait("n", "a", "b", start + 6min), 0s);
  EXPECT_EQ(list.wait("m", "a", "b", start + 6min), 300s);
  EXPECT_EQ(list.wait("n", "c", "b", start + 6min), 300s);
  EXPECT_EQ(list.wait("n", "a", "d", start + 6min), 300s);
}

TEST(Greylist, forgets_a_triplet_that_came_too_late_or_was_long_unused) {
  Greylist list({.delay = 5min, .window = 1h, .keep = 48h});
  list.wait("n", "a", "b", start);
  EXPECT_EQ(list.wait("n", "a", "b", start + 2h), 300s);
  EXPECT_EQ(list.wait("n", "a", "b", start + 2h + 5min), 0s);
  EXPECT_EQ(list.wait("n", "a", "b", start + 50h), 0s);
  EXPECT_EQ(list.wait("n", "a", "b", start + 99h), 300s);
}

TEST(Greylist, has_a_bounded_table) {
  Greylist list({.most_triplets = 10});
  for (int i = 0; i < 1000; ++i) list.wait("n", std::to_string(i), "b", start);
  EXPECT_EQ(list.size(), 10U);
}

}  // namespace
}  // namespace scop::guests
