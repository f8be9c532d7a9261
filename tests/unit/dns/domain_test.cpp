#include "dns/domain.hpp"

#include <gtest/gtest.h>

namespace scop::dns {
namespace {

TEST(Domain, BecomesALabels) {
  EXPECT_EQ(to_a_labels("Bücher.Example"), "xn--bcher-kva.example");
  EXPECT_EQ(to_a_labels("straße.example"), "xn--strae-oqa.example");
  EXPECT_EQ(to_a_labels("例え.テスト"), "xn--r8jz45g.xn--zckzah");
  EXPECT_EQ(to_a_labels("MAIL.Example."), "mail.example");
  EXPECT_EQ(to_a_labels("_dmarc.example"), "_dmarc.example");
}

TEST(Domain, BecomesULabelsForPeople) {
  EXPECT_EQ(to_u_labels("xn--bcher-kva.example"), "bücher.example");
  EXPECT_EQ(to_u_labels("mail.example"), "mail.example");
  EXPECT_EQ(to_u_labels("xn--\xff.example"), "xn--\xff.example");
}

TEST(Domain, RefusesWhatIsNoHostName) {
  using std::string_literals::operator""s;
  for (const auto& text :
       {""s, "."s, "a..b"s, ".a"s, "-a.example"s, "a-.example"s, "a b.example"s, "[192.0.2.1]"s, "a\0b"s,
        "\xff.example"s, "ü\0.example"s, "a@b"s, std::string(64, 'a'), "\xc3\xbc" + std::string(2000, 'a')}) {
    EXPECT_FALSE(to_a_labels(text)) << text;
  }
  std::string labels;
  for (int i = 0; i < 127; ++i) labels += "a.";
  EXPECT_TRUE(to_a_labels(labels));
  EXPECT_FALSE(to_a_labels(labels + "aa"));
}

}  // namespace
}  // namespace scop::dns
