#include "spamfilter/own_fields.hpp"

#include <gmock/gmock.h>

#include "core/ascii.hpp"
#include "message/header.hpp"
#include "spamfilter/ruling.hpp"

namespace scop::spamfilter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string value_of(const std::vector<v1::Field>& fields, std::string_view name) {
  for (const auto& field : fields) {
    if (field.name() == name) return field.value();
  }
  return "absent";
}

Case spam() {
  Case found;
  found.common = {.label = bayes::Label::spam,
                  .score = 0.98765,
                  .reasons = {{"subject:viagra", 0.994}, {"free money", 0.97}, {"caf\xc3\xa9,(x)", 0.9}}};
  return found;
}

TEST(OwnFields, SayWhatMailProgramsLookFor) {
  const auto fields = own_fields(spam(), {}, true);
  EXPECT_EQ(value_of(fields, "X-Spam-Flag"), " YES");
  EXPECT_EQ(value_of(fields, "X-Spam-Score"), " 0.9877");
  EXPECT_EQ(value_of(fields, "X-Spam-Level"), " *********");
  EXPECT_EQ(message::unfold(value_of(fields, "X-Spam-Status")),
            "Yes, score=0.9877 "
            "required=0.8000\ttests=subject:viagra(0.99),free+money(0.97),caf%C3%A9%2C%28x%29(0.90)");
}

TEST(OwnFields, AreEachExactlyOneFoldedField) {
  auto found = spam();
  for (int i = 0; i < 10; ++i)
    found.common.reasons.push_back({"body:\r\nX-Evil: 1\r\n\r\n" + std::string(50, 'x'), 0.9});
  for (const auto& field : own_fields(found, {}, true)) {
    const auto raw = field.name() + ":" + field.value() + "\r\n";
    const auto parsed = *message::parse_header(raw);
    EXPECT_EQ(parsed.fields.size(), 1U) << raw;
    EXPECT_TRUE(parsed.malformed.empty());
    for (const auto line : ascii::split(raw, '\n')) EXPECT_LE(line.size(), 300U);
  }
}

TEST(OwnFields, OfAMessageThatNobodyJudged) {
  Case found;
  found.trouble = "the judge died";
  const auto fields = own_fields(found, {}, false);
  EXPECT_EQ(value_of(fields, "X-Spam-Flag"), " NO");
  EXPECT_EQ(value_of(fields, "X-Spam-Level"), "absent");
  EXPECT_THAT(value_of(fields, "X-Spam-Status"), HasSubstr("tests=temperror"));
}

TEST(OwnFields, LevelsReachFiveAtTheLabel) {
  EXPECT_EQ(level_of(0, 0.8), 0U);
  EXPECT_EQ(level_of(0.7999, 0.8), 4U);
  EXPECT_EQ(level_of(0.8, 0.8), 5U);
  EXPECT_EQ(level_of(0.9, 0.8), 7U);
  EXPECT_EQ(level_of(1, 0.8), 10U);
  EXPECT_EQ(level_of(1, 1), 10U);
  EXPECT_EQ(level_of(1, settings::SpamThresholds::never), 10U);
  EXPECT_EQ(level_of(-1, 0), 0U);
}

TEST(ForeignFields, AreFoundInAnyCaseAndOnlyInTheHeader) {
  EXPECT_THAT(
      foreign_fields("Subject: a\r\nx-spam-flag: NO\r\nReceived: b\r\n c\r\nX-SPAM-Status : No\r\n\r\n"),
      ElementsAre(1, 3));
  EXPECT_THAT(foreign_fields("Subject: a\r\n\r\nX-Spam-Flag: NO\r\n"), IsEmpty());
  EXPECT_THAT(foreign_fields("X-Spammer: a\r\nSubject: X-Spam-Flag: NO\r\n\r\n"), IsEmpty());
}

TEST(Observations, ComeBackAsTheyWere) {
  const std::vector<std::string> observations{"dnsbl:zen.example", "helo:bare-ip", std::string(50, 'x'),
                                              "early-talker"};
  const auto field = observed_field(observations);
  EXPECT_EQ(observed_in("Subject: a\r\n" + field.name() + ":" + field.value() + "\r\n\r\n"), observations);
  EXPECT_THAT(observed_in("Subject: a\r\n\r\n"), IsEmpty());
}

}  // namespace
}  // namespace scop::spamfilter
