#include "spamfilter/examination.hpp"

#include <gtest/gtest.h>

namespace scop::spamfilter {
namespace {

Examination example() {
  Examination examination;
  examination.tokens.add("subject", "hello");
  examination.tokens.add("two words");
  examination.tokens.digest = std::string(32, 'd');
  examination.findings = {{attachments::Kind::double_extension, "invoice.pdf.exe", "extension .exe"},
                          {attachments::Kind::bomb, "", ""}};
  return examination;
}

TEST(Examinations, TravelBetweenProcesses) {
  const auto arrived = *decode_examination(encode(example()));
  EXPECT_EQ(arrived.findings, example().findings);
  EXPECT_EQ(arrived.tokens.digest, example().tokens.digest);
  EXPECT_EQ(encode(arrived), encode(example()));
  EXPECT_EQ(encode(*decode_examination(encode({}))), encode({}));
}

TEST(Examinations, ThatAreCutOffOrTooLongAreRefused) {
  const auto whole = encode(example());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_examination(std::string_view(whole).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_examination(whole + "x"));
}

TEST(Examinations, WithUnknownKindsOrTooManyFindingsAreRefused) {
  auto many = example();
  many.findings.assign(attachments::most_findings + 1, many.findings.front());
  EXPECT_FALSE(decode_examination(encode(many)));
  auto strange = example();
  strange.findings = {{static_cast<attachments::Kind>(200), "a", "b"}};
  EXPECT_FALSE(decode_examination(encode(strange)));
}

TEST(Examinations, FindTokensInAMessage) {
  mime_text::Charsets charsets;
  const auto examined =
      examine("From: a@example.org\r\nSubject: cheap watches\r\n\r\nBuy cheap watches now\r\n", charsets);
  EXPECT_GT(examined.tokens.size(), 5U);
  EXPECT_FALSE(examined.tokens.digest.empty());
  EXPECT_TRUE(examined.findings.empty());
}

}  // namespace
}  // namespace scop::spamfilter
