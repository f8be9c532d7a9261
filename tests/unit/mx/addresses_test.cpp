#include "mx/addresses.hpp"

#include <gtest/gtest.h>

#include <set>

namespace scop::mx {
namespace {

dns::Answer answer(const std::vector<std::string>& addresses, dns::Rcode rcode = dns::Rcode::no_error) {
  dns::Answer out;
  out.rcode = rcode;
  for (const auto& text : addresses) out.records.push_back(dns::Address::from_text(text)->octets());
  return out;
}

std::vector<std::string> texts(const std::expected<std::vector<dns::Address>, Verdict>& addresses) {
  std::vector<std::string> out;
  if (addresses) {
    for (const auto& address : *addresses) out.push_back(address.text());
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(Addresses, AlternateBetweenTheFamilies) {
  const auto all = addresses_of("h", answer({"192.0.2.1", "192.0.2.2", "192.0.2.3"}),
                                answer({"2001:db8::1", "2001:db8::2"}), {}, 7);
  ASSERT_EQ(all->size(), 5U);
  EXPECT_TRUE((*all)[0].is_v6() && !(*all)[1].is_v6() && (*all)[2].is_v6() && !(*all)[3].is_v6() &&
              !(*all)[4].is_v6());
}

TEST(Addresses, AreShuffledBySeed) {
  std::set<Texts> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    seen.insert(
        texts(addresses_of("h", answer({"192.0.2.1", "192.0.2.2", "192.0.2.3"}), answer({}), {}, seed)));
  }
  EXPECT_EQ(seen.size(), 6U);
}

TEST(Addresses, OfOneFamilyAreUsedWhereTheOtherFails) {
  EXPECT_EQ(texts(addresses_of("h", answer({"192.0.2.1"}), answer({}, dns::Rcode::serv_fail), {}, 1)),
            Texts{"192.0.2.1"});
  EXPECT_EQ(texts(addresses_of("h", answer({}, dns::Rcode::serv_fail), answer({"2001:db8::1"}), {}, 1)),
            Texts{"2001:db8::1"});
}

TEST(Addresses, AreOfTheFamiliesThatAreOn) {
  const auto v4 = answer({"192.0.2.1"});
  const auto v6 = answer({"2001:db8::1"});
  EXPECT_EQ(texts(addresses_of("h", v4, v6, {.v6 = false}, 1)), Texts{"192.0.2.1"});
  EXPECT_EQ(texts(addresses_of("h", v4, v6, {.v4 = false}, 1)), Texts{"2001:db8::1"});
}

TEST(Addresses, ThatNeverNameAnotherHostAreRefusedUnlessAllowed) {
  const auto own = answer({"127.0.0.1", "0.0.0.0"});
  EXPECT_EQ(addresses_of("h", own, answer({"::1"}), {}, 1).error(), no_usable_address("h"));
  EXPECT_EQ(texts(addresses_of("h", own, answer({}), {.loopback = true}, 1)).size(), 2U);
}

TEST(Addresses, OfOurOwnAreALoop) {
  AddressRules rules;
  rules.own = {*dns::Address::from_text("192.0.2.1")};
  EXPECT_EQ(addresses_of("h", answer({"192.0.2.1"}), answer({}), rules, 1).error(), loops_back("h"));
  EXPECT_EQ(texts(addresses_of("h", answer({"192.0.2.1", "192.0.2.2"}), answer({}), rules, 1)),
            Texts{"192.0.2.2"});
}

TEST(Addresses, AreMissingForNowWhereALookUpFailed) {
  const auto nothing = answer({});
  EXPECT_FALSE(addresses_of("h", answer({}, dns::Rcode::serv_fail), nothing, {}, 1).error().permanent);
  EXPECT_FALSE(addresses_of("h", nothing, answer({}, dns::Rcode::serv_fail), {}, 1).error().permanent);
  EXPECT_TRUE(addresses_of("h", nothing, nothing, {}, 1).error().permanent);
  EXPECT_TRUE(addresses_of("h", answer({}, dns::Rcode::nx_domain), nothing, {}, 1).error().permanent);
  auto bogus = answer({"192.0.2.1"});
  bogus.validation = dns::Validation::bogus;
  EXPECT_FALSE(addresses_of("h", bogus, nothing, {}, 1).error().permanent);
}

TEST(Addresses, AreAtMostForty) {
  Texts many;
  for (int i = 1; i < 200; ++i) many.push_back("192.0.2." + std::to_string(i));
  EXPECT_EQ(texts(addresses_of("h", answer(many), answer({}), {}, 1)).size(), most_addresses);
}

TEST(Addresses, SkipWhatIsNoAddress) {
  auto odd = answer({"192.0.2.1"});
  odd.records.push_back("abc");
  EXPECT_EQ(texts(addresses_of("h", odd, answer({}), {}, 1)), Texts{"192.0.2.1"});
}

}  // namespace
}  // namespace scop::mx
