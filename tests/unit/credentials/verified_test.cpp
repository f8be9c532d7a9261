#include "credentials/verified.hpp"

#include <gtest/gtest.h>

namespace scop::credentials {
namespace {

using namespace std::chrono_literals;

const Deadline start{1000h};

TEST(Verified, knows_a_right_password_for_its_time) {
  Verified verified(5min);
  verified.add("ann", "secret", start);
  EXPECT_TRUE(verified.knows("ann", "secret", start + 5min - 1s));
  EXPECT_FALSE(verified.knows("ann", "secret", start + 5min));
  EXPECT_FALSE(verified.knows("ann", "secret", start)) << "gone for good";
}

TEST(Verified, knows_nothing_else) {
  Verified verified(5min);
  verified.add("ann", "secret", start);
  EXPECT_FALSE(verified.knows("ann", "Secret", start));
  EXPECT_FALSE(verified.knows("bob", "secret", start));
  EXPECT_FALSE(verified.knows("an", std::string_view("n\0secret", 8), start));
}

TEST(Verified, forgets_all_of_an_account_when_it_changes) {
  Verified verified(5min);
  verified.add("ann", "secret", start);
  verified.add("ann", "another", start);
  verified.add("bob", "secret", start);
  verified.forget("ann");
  EXPECT_FALSE(verified.knows("ann", "secret", start));
  EXPECT_FALSE(verified.knows("ann", "another", start));
  EXPECT_TRUE(verified.knows("bob", "secret", start));
}

TEST(Verified, is_bounded) {
  Verified verified(5min, 3);
  for (const auto* login : {"a", "b", "c", "d"}) verified.add(login, "secret", start);
  EXPECT_FALSE(verified.knows("a", "secret", start));
  EXPECT_TRUE(verified.knows("d", "secret", start));
  Verified one(5min);
  for (int i = 0; i < 100; ++i) one.add("ann", std::to_string(i), start);
  EXPECT_FALSE(one.knows("ann", "0", start));
}

TEST(Verified, with_no_lifetime_keeps_nothing) {
  Verified verified(0s);
  verified.add("ann", "secret", start);
  EXPECT_FALSE(verified.knows("ann", "secret", start));
}

}  // namespace
}  // namespace scop::credentials
