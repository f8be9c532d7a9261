#include "dns/address.hpp"

#include <gtest/gtest.h>

namespace scop::dns {
namespace {

TEST(Address, ReadsTextAndLiterals) {
  EXPECT_EQ(Address::from_text("192.0.2.1")->text(), "192.0.2.1");
  EXPECT_EQ(Address::from_text("2001:DB8:0::1")->text(), "2001:db8::1");
  EXPECT_EQ(Address::from_literal("[192.0.2.1]"), Address::from_text("192.0.2.1"));
  EXPECT_EQ(Address::from_literal("[IPv6:2001:db8::1]"), Address::from_text("2001:db8::1"));
  for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", ":::", "::1%lo", "1.2.3.4 "}) {
    EXPECT_FALSE(Address::from_text(text)) << text;
  }
  for (const auto* text :
       {"[]", "192.0.2.1", "[2001:db8::1]", "[IPv6:192.0.2.1]", "[IPv6:]", "[192.0.2.1", "[tag:x]"}) {
    EXPECT_FALSE(Address::from_literal(text)) << text;
  }
}

TEST(Address, GoesToOctetsAndBack) {
  for (const auto* text : {"192.0.2.1", "2001:db8::1"}) {
    const auto address = *Address::from_text(text);
    EXPECT_EQ(Address::from_octets(address.octets()), address);
  }
  EXPECT_FALSE(Address::from_octets("abc"));
}

TEST(Address, KnowsWhatNeverNamesAnotherHost) {
  for (const auto* text :
       {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.0.1", "169.254.1.1", "224.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:0.0.0.0", "fe80::1", "ff02::1", "::7f00:1"}) {
    EXPECT_TRUE(Address::from_text(text)->is_never_remote()) << text;
  }
  for (const auto* text :
       {"192.0.2.1", "10.0.0.1", "169.253.1.1", "2001:db8::1", "fd00::1", "::ffff:192.0.2.1"}) {
    EXPECT_FALSE(Address::from_text(text)->is_never_remote()) << text;
  }
}

}  // namespace
}  // namespace scop::dns
