#include "spamfilter/ruling.hpp"

#include <gmock/gmock.h>

namespace scop::spamfilter {
namespace {

using attachments::Kind;
using settings::AttachmentAction;
using settings::SpamThresholds;
using testing::HasSubstr;

bayes::Verdict scored(double score) {
  return {.label = score >= 0.8   ? bayes::Label::spam
                   : score <= 0.2 ? bayes::Label::ham
                                  : bayes::Label::unsure,
          .score = score};
}

Case one(double score, SpamThresholds thresholds = {}) {
  Case found;
  found.common = scored(score);
  found.thresholds = thresholds;
  found.addressees = {{"ann@example.org", scored(score), thresholds}};
  return found;
}

constexpr SpamThresholds refusing{.refuse = 0.99};

TEST(Rulings, LetHamAndUnsureThrough) {
  for (const double score : {0.01, 0.5, 0.79}) {
    const auto ruling = rule(one(score), {});
    EXPECT_FALSE(ruling.flagged);
    EXPECT_TRUE(ruling.dispositions.empty());
    ASSERT_EQ(ruling.verdicts.size(), 1U);
    EXPECT_EQ(ruling.verdicts[0].result(), score <= 0.2 ? "ham" : "unsure");
    EXPECT_EQ(ruling.verdicts[0].score(), score);
  }
}

TEST(Rulings, LabelThenJunkThenRefuse) {
  const auto labelled = rule(one(0.85, refusing), {});
  EXPECT_TRUE(labelled.flagged);
  EXPECT_TRUE(labelled.dispositions.empty());
  const auto junk = rule(one(0.95, refusing), {});
  ASSERT_EQ(junk.dispositions.size(), 1U);
  EXPECT_EQ(junk.dispositions[0].kind(), v1::Disposition::JUNK);
  EXPECT_EQ(junk.dispositions[0].address(), "ann@example.org");
  const auto refused = rule(one(0.995, refusing), {});
  ASSERT_EQ(refused.dispositions.size(), 1U);
  EXPECT_EQ(refused.dispositions[0].kind(), v1::Disposition::REFUSE);
  EXPECT_EQ(refused.dispositions[0].reply().code(), 550U);
  EXPECT_EQ(refused.dispositions[0].reply().enhanced(), "5.7.1");
}

TEST(Rulings, NothingIsRefusedUnlessAsked) {
  EXPECT_EQ(rule(one(1.0), {}).dispositions[0].kind(), v1::Disposition::JUNK);
}

TEST(Rulings, AreEachRecipientsOwn) {
  auto found = one(0.5);
  found.addressees = {{"a@x", scored(0.99), {}}, {"b@x", scored(0.1), {}}, {"c@y", scored(0.995), refusing}};
  const auto ruling = rule(found, {});
  EXPECT_FALSE(ruling.flagged);
  ASSERT_EQ(ruling.dispositions.size(), 2U);
  EXPECT_EQ(ruling.dispositions[0].address(), "a@x");
  EXPECT_EQ(ruling.dispositions[0].kind(), v1::Disposition::JUNK);
  EXPECT_EQ(ruling.dispositions[1].kind(), v1::Disposition::REFUSE);
}

TEST(Rulings, WithoutAJudgeNothingIsDoneToTheMail) {
  auto found = one(0.5, refusing);
  found.trouble = "the judge died over this request";
  const auto ruling = rule(found, {});
  EXPECT_FALSE(ruling.flagged);
  EXPECT_TRUE(ruling.dispositions.empty());
  EXPECT_EQ(ruling.verdicts[0].result(), "temperror");
}

TEST(Rulings, AttachmentsFollowTheirPolicy) {
  auto found = one(0.1);
  found.findings = {{Kind::macro, "a.docm", "VBA project"}, {Kind::executable, "b.exe", "extension .exe"}};
  settings::AttachmentPolicy policy;
  EXPECT_TRUE(rule(found, policy).dispositions.empty());
  EXPECT_EQ(rule(found, policy).verdicts[1].result(), "label");
  policy.macro = AttachmentAction::junk;
  EXPECT_EQ(rule(found, policy).dispositions[0].kind(), v1::Disposition::JUNK);
  EXPECT_TRUE(rule(found, policy).flagged);
  policy.dangerous_type = AttachmentAction::refuse;
  const auto refused = rule(found, policy).dispositions[0];
  EXPECT_EQ(refused.kind(), v1::Disposition::REFUSE);
  EXPECT_THAT(refused.reply().text(), HasSubstr("executable"));
  policy = {.dangerous_type = AttachmentAction::allow, .macro = AttachmentAction::allow};
  EXPECT_EQ(rule(found, policy).verdicts.size(), 1U);
}

TEST(Rulings, AVirusIsRefusedByDefault) {
  auto found = one(0.1);
  found.virus = "Eicar-Test-Signature";
  const auto ruling = rule(found, {});
  EXPECT_EQ(ruling.dispositions[0].kind(), v1::Disposition::REFUSE);
  EXPECT_THAT(ruling.dispositions[0].reply().text(), HasSubstr("Eicar-Test-Signature"));
  EXPECT_EQ(ruling.verdicts[1].method(), "virus");
  settings::AttachmentPolicy policy;
  policy.virus = AttachmentAction::junk;
  EXPECT_EQ(rule(found, policy).dispositions[0].kind(), v1::Disposition::JUNK);
}

TEST(Rulings, EveryKindOfAttachmentHasAnAction) {
  settings::AttachmentPolicy all;
  for (auto* action : {&all.dangerous_type, &all.double_extension, &all.archived_executable, &all.macro,
                       &all.encrypted_archive, &all.bomb}) {
    *action = AttachmentAction::refuse;
  }
  for (int kind = 0; kind <= static_cast<int>(Kind::bomb); ++kind)
    EXPECT_EQ(action_for(static_cast<Kind>(kind), all), AttachmentAction::refuse) << kind;
}

}  // namespace
}  // namespace scop::spamfilter
