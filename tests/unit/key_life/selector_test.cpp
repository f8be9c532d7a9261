#include "key_life/selector.hpp"

#include <gtest/gtest.h>

namespace scop::key_life {
namespace {

using dkim::KeyType;

constexpr Time day = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + std::chrono::hours{3};

TEST(Selector, tells_type_and_day) {
  EXPECT_EQ(new_selector(KeyType::rsa, day, "", {}), "r20261121a");
  EXPECT_EQ(new_selector(KeyType::ed25519, day, "", {}), "e20261121a");
}

TEST(Selector, is_never_one_that_was_given_before) {
  EXPECT_EQ(new_selector(KeyType::rsa, day, "r20261121a", {}), "r20261121b");
  EXPECT_EQ(new_selector(KeyType::rsa, day, "r20261121z", {}), "r20261121z26");
  EXPECT_EQ(new_selector(KeyType::rsa, day, "r20261121z26", {}), "r20261121z27");
  EXPECT_EQ(new_selector(KeyType::rsa, day, "r20261120c", {}), "r20261121a");
}

TEST(Selector, is_later_than_the_last_one_also_where_the_clock_has_gone_back) {
  EXPECT_EQ(new_selector(KeyType::rsa, day - std::chrono::days{400}, "r20261121a", {}), "r20261121b");
  EXPECT_EQ(new_selector(KeyType::rsa, Time{}, "r20261121a", {}), "r20261121b");
}

TEST(Selector, leaves_out_what_is_taken_and_names_given_by_others) {
  EXPECT_EQ(new_selector(KeyType::rsa, day, "", {"r20261121a", "r20261121b"}), "r20261121c");
  EXPECT_EQ(new_selector(KeyType::rsa, day, "r2026a", {"mail"}), "r20261121a");
}

}  // namespace
}  // namespace scop::key_life
