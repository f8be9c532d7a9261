#include "queueing/grouping.hpp"

#include <gtest/gtest.h>

#include <array>

namespace scop::queueing {
namespace {

TEST(Grouping, OneDomainTravelsTogetherWhateverItsCase) {
  const std::array<Addressed, 4> all{
      {{1, "a@X.example"}, {2, "b@y.example"}, {3, "c@x.example"}, {4, "\"d@e\"@x.example"}}};
  const std::vector<Group> expected{{"x.example", {1, 3, 4}}, {"y.example", {2}}};
  EXPECT_EQ(group_by_domain(all), expected);
}

TEST(Grouping, AnAttemptTakesAtMostAHundred) {
  std::vector<std::string> addresses;
  for (int i = 0; i < 250; ++i) addresses.push_back("u" + std::to_string(i) + "@x.example");
  std::vector<Addressed> all;
  for (std::size_t i = 0; i < addresses.size(); ++i) all.push_back({i, addresses[i]});
  const auto groups = group_by_domain(all);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].recipients.size(), 100U);
  EXPECT_EQ(groups[2].recipients.size(), 50U);
}

TEST(Grouping, AnAddressWithoutADomainHasAnEmptyOne) { EXPECT_EQ(domain_of("postmaster"), ""); }

}  // namespace
}  // namespace scop::queueing
