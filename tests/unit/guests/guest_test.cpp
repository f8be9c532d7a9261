#include "guests/guest.hpp"

#include <gtest/gtest.h>

namespace scop::guests {
namespace {

TEST(Guest, is_counted_by_a_24_or_a_64_and_banned_alone) {
  const auto gateways = Gateways::from_text({}).value();
  const auto v4 = guest_of("192.0.2.77", gateways);
  EXPECT_EQ(v4.network, "192.0.2.0/24");
  EXPECT_EQ(v4.host, "192.0.2.77");
  const auto v6 = guest_of("2001:db8::1:2", gateways);
  EXPECT_EQ(v6.network, "2001:db8::/64");
  EXPECT_EQ(v6.host, "2001:db8::/64");
}

TEST(Guest, in_a_declared_network_is_a_gateway) {
  const auto gateways = Gateways::from_text({"127.0.0.0/8", "::1", "10.1.0.0/16"}).value();
  for (const auto* text : {"127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "::ffff:10.1.2.3"})
    EXPECT_TRUE(guest_of(text, gateways).is_gateway) << text;
  for (const auto* text : {"10.2.0.1", "192.0.2.1", "::2"})
    EXPECT_FALSE(guest_of(text, gateways).is_gateway) << text;
}

TEST(Guest, whose_address_does_not_parse_is_never_counted) {
  EXPECT_TRUE(guest_of("nonsense", Gateways::from_text({}).value()).is_gateway);
}

TEST(Gateways, refuse_what_is_no_network) {
  EXPECT_FALSE(Gateways::from_text({"10.0.0.0/8", "10.0.0.0/33"}));
  EXPECT_FALSE(Gateways::from_text({"mail.example"}));
}

}  // namespace
}  // namespace scop::guests
