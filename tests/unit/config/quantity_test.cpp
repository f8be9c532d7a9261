#include "config/quantity.hpp"

#include <gtest/gtest.h>

namespace scop::config {
namespace {

using std::chrono::milliseconds;

TEST(Duration, IsNumbersWithUnits) {
  EXPECT_EQ(parse_duration("90s"), milliseconds(90'000));
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("5m"), milliseconds(300'000));
  EXPECT_EQ(parse_duration("1h30m"), milliseconds(5'400'000));
  EXPECT_EQ(parse_duration("7d"), milliseconds(604'800'000));
  EXPECT_EQ(parse_duration("1w"), milliseconds(604'800'000));
  EXPECT_EQ(parse_duration("0s"), milliseconds(0));
}

TEST(Duration, IsNothingElse) {
  for (const auto* text :
       {"", "5", "s", "-5s", "5 s", "5.5s", "5y", "5S", "5s5", "99999999999999999999s", "200000d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Octets, AreCountedInPowersOf1024) {
  EXPECT_EQ(parse_octets("25MB"), 25ULL << 20U);
  EXPECT_EQ(parse_octets("25MiB"), 25ULL << 20U);
  EXPECT_EQ(parse_octets("512kb"), 512ULL << 10U);
  EXPECT_EQ(parse_octets("2GB"), 2ULL << 30U);
  EXPECT_EQ(parse_octets("17"), 17U);
  EXPECT_EQ(parse_octets("17B"), 17U);
}

TEST(Octets, AreNothingElse) {
  for (const auto* text : {"", "MB", "-1MB", "1 MB", "1.5MB", "1XB", "99999999999TB"}) {
    EXPECT_FALSE(parse_octets(text)) << text;
  }
}

}  // namespace
}  // namespace scop::config
