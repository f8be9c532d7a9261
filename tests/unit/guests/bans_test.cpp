#include "guests/bans.hpp"

#include <gtest/gtest.h>

namespace scop::guests {
namespace {

using namespace std::chrono_literals;

const Deadline start{};

Guest guest(const char* address, const std::vector<std::string>& gateways = {}) {
  return guest_of(address, Gateways::from_text(gateways).value());
}

TEST(Bans, come_with_the_third_offence_and_end) {
  Bans bans({.after = 3, .first = 10min});
  const auto one = guest("192.0.2.1");
  EXPECT_EQ(bans.offend(one, start), 0s);
  EXPECT_EQ(bans.offend(one, start), 0s);
  EXPECT_EQ(bans.left(one, start), 0s);
  EXPECT_EQ(bans.offend(one, start), 600s);
  EXPECT_EQ(bans.left(one, start + 1min), 540s);
  EXPECT_EQ(bans.left(one, start + 10min), 0s);
  EXPECT_EQ(bans.left(guest("192.0.2.2"), start), 0s);
}

TEST(Bans, double_and_have_a_longest) {
  Bans bans({.after = 1, .first = 10min, .longest = 30min});
  const auto one = guest("192.0.2.1");
  EXPECT_EQ(bans.offend(one, start), 600s);
  EXPECT_EQ(bans.offend(one, start + 10min), 1200s);
  EXPECT_EQ(bans.offend(one, start + 30min), 1800s);
  EXPECT_EQ(bans.offend(one, start + 60min), 1800s);
}

TEST(Bans, forget_offences_after_an_hour_and_bans_after_the_longest) {
  Bans bans({.after = 2, .first = 10min, .longest = 20min});
  const auto one = guest("192.0.2.1");
  EXPECT_EQ(bans.offend(one, start), 0s);
  EXPECT_EQ(bans.offend(one, start + 61min), 0s);
  EXPECT_EQ(bans.offend(one, start + 62min), 600s);
  EXPECT_EQ(bans.offend(one, start + 5h), 0s);
  EXPECT_EQ(bans.offend(one, start + 5h), 600s);
}

TEST(Bans, never_touch_a_declared_proxy_gateway_or_loopback) {
  Bans bans({.after = 1});
  const std::vector<std::string> declared{"127.0.0.0/8", "::1", "172.17.0.1", "192.0.2.53"};
  for (const auto* text : {"127.0.0.1", "::1", "172.17.0.1", "192.0.2.53"}) {
    const auto one = guest(text, declared);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(bans.offend(one, start), 0s) << text;
    EXPECT_EQ(bans.left(one, start), 0s) << text;
  }
  EXPECT_EQ(bans.size(), 0U);
}

TEST(Bans, of_an_ipv6_client_hold_for_its_64_but_not_for_a_gateway_in_it) {
  Bans bans({.after = 1});
  EXPECT_GT(bans.offend(guest("2001:db8::1"), start), 0s);
  EXPECT_GT(bans.left(guest("2001:db8::2"), start), 0s);
  EXPECT_EQ(bans.left(guest("2001:db8::2", {"2001:db8::2"}), start), 0s);
  EXPECT_EQ(bans.left(guest("2001:db8:0:1::1"), start), 0s);
}

TEST(Bans, can_be_switched_off) {
  Bans bans({.after = 0});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(bans.offend(guest("192.0.2.1"), start), 0s);
}

TEST(Bans, have_a_bounded_table) {
  Bans bans({.after = 1, .most_hosts = 10});
  for (int i = 0; i < 200; ++i) bans.offend(guest(("192.0.2." + std::to_string(i)).c_str()), start);
  EXPECT_EQ(bans.size(), 10U);
  EXPECT_GT(bans.left(guest("192.0.2.199"), start), 0s);
}

}  // namespace
}  // namespace scop::guests
