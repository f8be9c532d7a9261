#include "verify/decision.hpp"

#include <gtest/gtest.h>

namespace scop::verify {
namespace {

Judgement failing(dmarc::Policy policy) {
  Judgement judgement;
  judgement.dmarc.result = dmarc::Result::fail;
  judgement.dmarc.domain = "good.example";
  judgement.dmarc.policy = judgement.dmarc.disposition = policy;
  judgement.dmarc.reason = "nothing aligns";
  return judgement;
}

arc::ChainVerdict chain(std::vector<std::string> sealers, std::vector<std::string> results) {
  arc::ChainVerdict verdict;
  verdict.status = arc::ChainStatus::pass;
  verdict.sets = static_cast<unsigned>(sealers.size());
  verdict.sealers = std::move(sealers);
  verdict.results = std::move(results);
  return verdict;
}

TEST(Decision, believes_trusted_sealers_alone) {
  Policy policy;
  policy.trusted_sealers = {"list.example"};
  auto judgement = failing(dmarc::Policy::reject);
  judgement.arc = chain({"list.example"}, {" i=1; list.example; dmarc=pass"});
  EXPECT_TRUE(decide(policy, judgement).overridden);
  EXPECT_EQ(decide(policy, judgement).disposition, Disposition::inbox);
  EXPECT_EQ(decide({}, judgement).disposition, Disposition::refuse);
  judgement.arc.status = arc::ChainStatus::fail;
  EXPECT_EQ(decide(policy, judgement).disposition, Disposition::refuse);
}

TEST(Decision, wants_trust_from_the_newest_seal_down_to_the_one_that_saw_dmarc_pass) {
  Policy policy;
  policy.trusted_sealers = {"list.example", "far.example"};
  const auto* pass = " i=1; x; dmarc=pass";
  const auto* fail = " i=2; x; dmarc=fail";
  EXPECT_TRUE(trusted_chain_passes(policy, chain({"far.example", "list.example"}, {pass, fail})));
  EXPECT_TRUE(trusted_chain_passes(policy, chain({"evil.example", "list.example"}, {fail, pass})));
  EXPECT_FALSE(trusted_chain_passes(policy, chain({"evil.example", "list.example"}, {pass, fail})));
  EXPECT_FALSE(trusted_chain_passes(policy, chain({"list.example", "evil.example"}, {pass, pass})));
  EXPECT_FALSE(trusted_chain_passes(policy, chain({"list.example"}, {" i=1; x; spf=pass (; dmarc=pass)"})));
}

TEST(Decision, refuses_what_has_no_readable_header) {
  Judgement judgement;
  judgement.header_problem = "too many header fields";
  const auto decision = decide({}, judgement);
  EXPECT_EQ(decision.disposition, Disposition::refuse);
  EXPECT_EQ(decision.enhanced, "5.6.0");
}

}  // namespace
}  // namespace scop::verify
