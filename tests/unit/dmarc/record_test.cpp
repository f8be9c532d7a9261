#include "dmarc/record.hpp"

#include <gtest/gtest.h>

namespace scop::dmarc {
namespace {

Record parsed(const std::string& text) { return parse_record(text).value(); }

TEST(DmarcRecordTest, reads_every_tag) {
  const auto record = parsed(
      "v=DMARC1; p=reject; sp=quarantine; np=none; psd=n; t=y; adkim=s; aspf=S; fo=1:d; pct=5; rf=x; ri=7; "
      "rua=mailto:a@example.com!10m, https://example.com/x ; ruf=mailto:b@example.com");
  EXPECT_EQ(record.p, Policy::reject);
  EXPECT_EQ(record.sp, Policy::quarantine);
  EXPECT_EQ(record.np, Policy::none);
  EXPECT_EQ(record.psd, Psd::no);
  EXPECT_TRUE(record.testing);
  EXPECT_EQ(record.adkim, Alignment::strict);
  EXPECT_EQ(record.aspf, Alignment::strict);
  EXPECT_EQ(record.fo, (std::vector<char>{'1', 'd'}));
  ASSERT_EQ(record.rua.size(), 2U);
  EXPECT_EQ(record.rua[0], (ReportUri{"mailto:a@example.com", 10U << 20U}));
  EXPECT_EQ(record.rua[1], (ReportUri{"https://example.com/x", std::nullopt}));
  EXPECT_FALSE(record.without_policy);
}

TEST(DmarcRecordTest, a_bad_value_falls_back_to_its_default) {
  const auto record = parsed("v=DMARC1;p=reject;adkim=x;aspf=;t=1;psd=maybe;fo=z;nonsense;=;rua=bogus");
  EXPECT_EQ(record.p, Policy::reject);
  EXPECT_EQ(record.adkim, Alignment::relaxed);
  EXPECT_FALSE(record.testing);
  EXPECT_EQ(record.psd, Psd::unknown);
  EXPECT_EQ(record.fo, std::vector<char>{'0'});
  EXPECT_TRUE(record.rua.empty());
}

TEST(DmarcRecordTest, a_bad_policy_spoils_all_three) {
  for (const auto* text : {"v=DMARC1; p=rejct; sp=reject", "v=DMARC1; p=reject; sp=all",
                           "v=DMARC1; p=reject; np=", "v=DMARC1; sp=reject"}) {
    const auto record = parsed(text);
    EXPECT_TRUE(record.without_policy) << text;
    EXPECT_EQ(record.p, Policy::none);
    EXPECT_FALSE(record.sp || record.np);
  }
}

TEST(DmarcRecordTest, the_version_stands_in_front_and_is_case_sensitive) {
  EXPECT_TRUE(is_record("v=DMARC1") && is_record("V \t= DMARC1 ;p=none"));
  for (const auto* text :
       {"", "p=none; v=DMARC1", "v=dmarc1;", "v=DMARC12", "v=DMARC1 p=none", " v=DMARC1;", "v=DMARC"})
    EXPECT_FALSE(is_record(text)) << text;
}

TEST(DmarcRecordTest, what_cannot_be_a_record_is_refused) {
  EXPECT_FALSE(parse_record("v=DMARC1; p=none; P=reject"));
  EXPECT_FALSE(parse_record("v=DMARC1; p=none; x=\x80"));
  EXPECT_FALSE(parse_record(std::string("v=DMARC1; p=none\0", 17)));
  EXPECT_FALSE(parse_record("v=DMARC1; p=none;" + std::string(20'000, ' ')));
  std::string many = "v=DMARC1";
  for (int i = 0; i < 100; ++i) many += "; x" + std::to_string(i) + "=1";
  EXPECT_FALSE(parse_record(many));
}

}  // namespace
}  // namespace scop::dmarc
