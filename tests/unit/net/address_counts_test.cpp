#include "net/address_counts.hpp"

#include <gtest/gtest.h>

namespace scop::net {
namespace {

boost::asio::ip::address ip(const char* text) { return boost::asio::ip::make_address(text); }

TEST(AddressCounts, bound_an_address_and_forget_it) {
  AddressCounts counts;
  EXPECT_TRUE(counts.enter(ip("192.0.2.1"), 2));
  EXPECT_TRUE(counts.enter(ip("192.0.2.1"), 2));
  EXPECT_FALSE(counts.enter(ip("192.0.2.1"), 2));
  EXPECT_TRUE(counts.enter(ip("192.0.2.2"), 2));
  counts.leave(ip("192.0.2.1"));
  EXPECT_TRUE(counts.enter(ip("192.0.2.1"), 2));
  counts.leave(ip("192.0.2.1"));
  counts.leave(ip("192.0.2.1"));
  counts.leave(ip("192.0.2.2"));
  EXPECT_EQ(counts.size(), 0U);
}

TEST(AddressCounts, take_a_64_for_one_client_of_ipv6) {
  AddressCounts counts;
  EXPECT_TRUE(counts.enter(ip("2001:db8::1"), 1));
  EXPECT_FALSE(counts.enter(ip("2001:db8::2"), 1));
  EXPECT_TRUE(counts.enter(ip("2001:db8:0:1::1"), 1));
}

TEST(AddressCounts, never_bound_loopback) {
  AddressCounts counts;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(counts.enter(ip("127.0.0.1"), 1) && counts.enter(ip("::1"), 1));
  EXPECT_EQ(counts.size(), 0U);
}

}  // namespace
}  // namespace scop::net
