#include "dns/reverse.hpp"

#include <gtest/gtest.h>

namespace scop::dns {
namespace {

std::string reversed(const char* text) { return reversed_labels(*Address::from_text(text)); }

TEST(Reverse, turns_octets_and_nibbles_round) {
  EXPECT_EQ(reversed("192.0.2.1"), "1.2.0.192");
  EXPECT_EQ(reversed("2001:db8::f12"), "2.1.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2");
}

TEST(Reverse, takes_a_mapped_address_as_ipv4) {
  EXPECT_EQ(reversed("::ffff:192.0.2.1"), "1.2.0.192");
  EXPECT_EQ(without_mapping(*Address::from_text("::ffff:192.0.2.1")), Address::from_text("192.0.2.1"));
  EXPECT_EQ(without_mapping(*Address::from_text("2001:db8::1")), Address::from_text("2001:db8::1"));
}

}  // namespace
}  // namespace scop::dns
