#include "resolver/anchors.hpp"

#include <gtest/gtest.h>

namespace scop::resolver {
namespace {

TEST(Anchors, AreSortedByZone) {
  const auto zones = anchors_by_zone(
      "; the root\n. IN DS 1 8 2 AA\nExample.TEST. 3600 IN DNSKEY 257 3 13 AAAA ; and a comment\n\n. DS 2 8 "
      "2 BB\n");
  ASSERT_TRUE(zones) << zones.error().what;
  ASSERT_EQ(zones->size(), 2U);
  EXPECT_EQ(zones->at("."), ". IN DS 1 8 2 AA\n. DS 2 8 2 BB\n");
  EXPECT_TRUE(zones->contains("example.test"));
}

TEST(Anchors, ThatAreNoneAreNamedByLine) {
  const auto zones = anchors_by_zone(". IN DS 1 8 2 AA\n. IN A 192.0.2.1\n");
  ASSERT_FALSE(zones);
  EXPECT_TRUE(zones.error().what.contains("line 2"));
}

TEST(Anchors, WithoutTheSepBitCannotBeFollowed) {
  EXPECT_TRUE(can_be_kept(". IN DS 1 8 2 AA\n"));
  EXPECT_TRUE(can_be_kept("a. IN DNSKEY 257 3 13 AA\n"));
  EXPECT_FALSE(can_be_kept("a. IN DNSKEY 257 3 13 AA\na. IN DNSKEY 256 3 13 AA\n"));
  EXPECT_FALSE(can_be_kept("a. IN DNSKEY\n"));
}

TEST(Anchors, StayInTheirFolder) {
  EXPECT_EQ(file_name_of("."), "root");
  EXPECT_EQ(file_name_of("example.test"), "example.test");
  EXPECT_EQ(file_name_of("../etc"), "%2E.%2Fetc");
  EXPECT_NE(file_name_of("root"), "root");
}

}  // namespace
}  // namespace scop::resolver
