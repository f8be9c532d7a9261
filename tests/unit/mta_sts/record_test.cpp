#include "mta_sts/record.hpp"

#include <gtest/gtest.h>

#include "dns/rdata.hpp"

namespace scop::mta_sts {
namespace {

dns::Answer answer(const std::vector<std::string>& texts) {
  dns::Answer out;
  out.rcode = dns::Rcode::no_error;
  for (const auto& text : texts) out.records.push_back(dns::txt_to_rdata(text));
  return out;
}

TEST(StsRecord, HasItsIdAmongOtherFields) {
  EXPECT_EQ(parse_record("v=STSv1; a=b;id=20260101T; c=d;")->id, "20260101T");
  EXPECT_EQ(parse_record("v=STSv1 ;id=1")->id, "1");
  EXPECT_EQ(parse_record("v=STSv1; id=1; id=2")->id, "1");
}

TEST(StsRecord, ThatIsOddIsRefused) {
  for (const auto* text : {"", "v=STSv1", "v=STSv1;id", "v=STSv1;id =1", "v=STSv1;;id=1", "V=STSv1;id=1",
                           "v=STSv1;ID=1", " v=STSv1;id=1", "v=STSv1;id=1;a=b c"})
    EXPECT_FALSE(parse_record(text)) << text;
  EXPECT_EQ(parse_record("v=STSv1;id=1;a=" + std::string(5000, 'x')).error().kind, ErrorKind::too_large);
}

TEST(StsRecord, IsTheOneThatBeginsAsOne) {
  EXPECT_EQ(**record_of(answer({"v=spf1 -all", "v=STSv1; id=a;"})), Record{"a"});
  EXPECT_EQ(*record_of(answer({"v=spf1 -all"})), std::nullopt);
  EXPECT_EQ(*record_of(answer({})), std::nullopt);
  EXPECT_EQ(record_of(answer({"v=STSv1; id=a;", "v=STSv1; id=b;"})).error().kind, ErrorKind::malformed);
  EXPECT_EQ(record_of(answer({"v=STSv1; id=a b;"})).error().kind, ErrorKind::malformed);
}

TEST(StsRecord, MayComeInSeveralStrings) {
  auto out = answer({});
  out.records.push_back("\4v=ST" + std::string("\7Sv1;id=") + std::string("\1z"));
  EXPECT_EQ(**record_of(out), Record{"z"});
}

TEST(StsRecord, IsUnknownWhereTheLookUpFails) {
  EXPECT_EQ(record_of(dns::Answer()).error().kind, ErrorKind::unavailable);
  auto forged = answer({"v=STSv1; id=a;"});
  forged.validation = dns::Validation::bogus;
  EXPECT_EQ(record_of(forged).error().kind, ErrorKind::unavailable);
  auto none = answer({});
  none.rcode = dns::Rcode::nx_domain;
  EXPECT_EQ(*record_of(none), std::nullopt);
}

}  // namespace
}  // namespace scop::mta_sts
