#include "reputation/network.hpp"

#include <gtest/gtest.h>

namespace scop::reputation {
namespace {

dns::Address address(std::string_view text) { return *dns::Address::from_text(text); }

TEST(Networks, AreReadAndWritten) {
  EXPECT_EQ(Network::from_text("192.0.2.77/24")->text(), "192.0.2.0/24");
  EXPECT_EQ(Network::from_text("192.0.2.77/0")->text(), "0.0.0.0/0");
  EXPECT_EQ(Network::from_text("192.0.2.77/31")->text(), "192.0.2.76/31");
  EXPECT_EQ(Network::from_text("192.0.2.77")->text(), "192.0.2.77");
  EXPECT_EQ(Network::from_text("192.0.2.77/32")->text(), "192.0.2.77");
  EXPECT_EQ(Network::from_text("2001:db8:1:2:3::4/48")->text(), "2001:db8:1::/48");
}

TEST(Networks, RefuseWhatIsNone) {
  for (const auto* text : {"", "/", "192.0.2/24", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1",
                           "2001:db8::/129", "example.org", "192.0.2.0/24/24"}) {
    EXPECT_FALSE(Network::from_text(text)) << text;
  }
}

TEST(Networks, ContainTheirAddressesAlone) {
  const auto v4 = *Network::from_text("192.0.2.128/25");
  EXPECT_TRUE(v4.contains(address("192.0.2.128")) && v4.contains(address("192.0.2.255")));
  EXPECT_FALSE(v4.contains(address("192.0.2.127")) || v4.contains(address("2001:db8::1")));
  const auto all = *Network::from_text("::/0");
  EXPECT_TRUE(all.contains(address("2001:db8::1")));
  EXPECT_FALSE(all.contains(address("192.0.2.1")));
}

}  // namespace
}  // namespace scop::reputation
