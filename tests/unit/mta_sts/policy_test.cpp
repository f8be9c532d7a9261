#include "mta_sts/policy.hpp"

#include <gtest/gtest.h>

namespace scop::mta_sts {
namespace {

Policy policy(std::vector<std::string> mx) { return {Mode::enforce, std::move(mx), 86'400}; }

TEST(StsPolicy, IsReadAndSaidAgain) {
  const auto read = parse_policy(
      "version: STSv1\r\nmode: enforce\r\nmx: MX.Example\r\nmx:*.b.example\r\n\r\nmax_age: 604800\r\n");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, (Policy{Mode::enforce, {"mx.example", "*.b.example"}, 604'800}));
  std::string again;
  for (const auto& line : lines_of(*read)) again += line + "\n";
  EXPECT_EQ(*parse_policy(again), *read);
}

TEST(StsPolicy, TakesTheFirstOfARepeatedField) {
  const auto read =
      parse_policy("mode: testing\nversion: STSv1\nmode: none\nmx: a\nmax_age: 1\nmax_age: 2\n");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->mode, Mode::testing);
  EXPECT_EQ(read->max_age, 1U);
}

TEST(StsPolicy, IsNoLongerValidThanAYear) {
  EXPECT_EQ(parse_policy("version: STSv1\nmode: none\nmax_age: 9999999999\n")->max_age, longest_age);
}

TEST(StsPolicy, ThatIsOddIsRefused) {
  const std::string good = "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n";
  ASSERT_TRUE(parse_policy(good));
  for (const auto* line : {"mx: a.example.", "mx: a..example", "mx: *", "mx: *.", "mx: a.*.example",
                           "mx: 1.2.3.4/8", "nothing", ": x", "a:\x01", "a:\xff"})
    EXPECT_FALSE(parse_policy(good + line + "\n")) << line;
  for (const auto* mode : {"Enforce", "on", ""})
    EXPECT_FALSE(parse_policy(std::string("version: STSv1\nmx: a\nmax_age: 1\nmode: ") + mode)) << mode;
}

TEST(StsPolicy, IsBounded) {
  std::string many = "version: STSv1\nmode: enforce\nmax_age: 1\n";
  for (int i = 0; i < 1001; ++i) many += "mx: a\n";
  EXPECT_EQ(parse_policy(many).error().kind, ErrorKind::too_large);
  EXPECT_EQ(parse_policy(std::string(70'000, '\n')).error().kind, ErrorKind::too_large);
}

// RFC 8461 4.1.
TEST(StsPolicy, NamesHosts) {
  EXPECT_TRUE(names(policy({"mx.example"}), "mx.example"));
  EXPECT_TRUE(names(policy({"a", "mx.example"}), "MX.Example"));
  EXPECT_FALSE(names(policy({"mx.example"}), "a.mx.example"));
  EXPECT_FALSE(names(policy({"mx.example"}), "mx.example.org"));
  EXPECT_FALSE(names(policy({}), "mx.example"));
  EXPECT_TRUE(names(policy({"*.example"}), "mx.example"));
  EXPECT_FALSE(names(policy({"*.example"}), "a.mx.example"));
  EXPECT_FALSE(names(policy({"*.example"}), "example"));
  EXPECT_FALSE(names(policy({"*.example"}), ".example"));
  EXPECT_FALSE(names(policy({"*.mx.example"}), "mx.example"));
}

}  // namespace
}  // namespace scop::mta_sts
