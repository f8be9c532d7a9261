#include "verify/iprev.hpp"

#include <gtest/gtest.h>

#include "world.hpp"

namespace scop::verify {
namespace {

IprevVerdict check(World& world, std::string_view address) {
  Iprev iprev(dns::Address::from_text(address));
  while (!iprev.done()) {
    for (const auto& question : iprev.wanted()) iprev.answer(question, world.look_up(question));
  }
  return iprev.result();
}

TEST(Iprev, names_addresses_backwards) {
  EXPECT_EQ(reverse_name(*dns::Address::from_text("192.0.2.1")), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_name(*dns::Address::from_text("::ffff:192.0.2.1")), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_name(*dns::Address::from_text("2001:db8::1")),
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST(Iprev, passes_where_one_of_the_names_has_the_address) {
  World world;
  world.ptr("1.2.0.192.in-addr.arpa", "other.example");
  world.ptr("1.2.0.192.in-addr.arpa", "Mail.Example");
  world.a("other.example", "192.0.2.9");
  world.a("mail.example", "192.0.2.1");
  const auto verdict = check(world, "192.0.2.1");
  EXPECT_EQ(verdict.result, IprevResult::pass);
  EXPECT_EQ(verdict.name, "mail.example");
}

TEST(Iprev, fails_where_none_has_it) {
  World world;
  world.ptr("1.2.0.192.in-addr.arpa", "mail.example");
  world.a("mail.example", "192.0.2.9");
  EXPECT_EQ(check(world, "192.0.2.1").result, IprevResult::fail);
  EXPECT_EQ(check(world, "192.0.2.1").name, "mail.example");
}

TEST(Iprev, has_no_verdict_without_names_or_answers) {
  World world;
  EXPECT_EQ(check(world, "192.0.2.1").result, IprevResult::permerror);
  world.fails("2.2.0.192.in-addr.arpa", dns::Type::ptr);
  EXPECT_EQ(check(world, "192.0.2.2").result, IprevResult::temperror);
  world.ptr("3.2.0.192.in-addr.arpa", "slow.example");
  world.fails("slow.example", dns::Type::a);
  EXPECT_EQ(check(world, "192.0.2.3").result, IprevResult::temperror);
}

TEST(Iprev, looks_at_ten_names_and_no_more) {
  World world;
  for (int i = 0; i < 50; ++i) world.ptr("1.2.0.192.in-addr.arpa", "h" + std::to_string(i) + ".example");
  check(world, "192.0.2.1");
  EXPECT_EQ(world.asked.size(), 1 + Iprev::most_names);
}

}  // namespace
}  // namespace scop::verify
