#include "guests/tar_pit.hpp"

#include <gtest/gtest.h>

namespace scop::guests {
namespace {

using namespace std::chrono_literals;

TEST(TarPit, leaves_typing_errors_alone_then_doubles_then_ends) {
  TarPit pit({.free_unknown = 2, .most_unknown = 8, .first_delay = 1s, .longest_delay = 5s});
  std::vector<std::chrono::milliseconds> delays;
  while (!pit.is_over()) {
    pit.unknown_recipient();
    delays.push_back(pit.delay());
  }
  EXPECT_EQ(delays, (std::vector<std::chrono::milliseconds>{0s, 0s, 1s, 2s, 4s, 5s, 5s, 5s}));
}

TEST(TarPit, is_slow_from_the_start_for_known_spammers) {
  TarPit pit({.free_unknown = 2, .first_delay = 1s, .longest_delay = 5s});
  pit.begin_slow();
  EXPECT_EQ(pit.delay(), 1s);
  pit.unknown_recipient();
  EXPECT_EQ(pit.delay(), 2s);
}

TEST(TarPit, takes_any_count_without_overflow) {
  TarPit pit({.most_unknown = 1'000'000, .longest_delay = 20s});
  for (int i = 0; i < 100'000; ++i) pit.unknown_recipient();
  EXPECT_EQ(pit.delay(), 20s);
}

}  // namespace
}  // namespace scop::guests
