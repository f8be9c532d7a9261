#include "dmarc/evaluation.hpp"

#include <gtest/gtest.h>

#include <map>

#include "dns/rdata.hpp"

namespace scop::dmarc {
namespace {

class Dns {
 public:
  Dns& policy(const std::string& domain, const std::string& text) {
    auto& answer = answers_[{"_dmarc." + domain, dns::Type::txt}];
    answer.rcode = dns::Rcode::no_error;
    answer.records.push_back(dns::txt_to_rdata(text));
    return *this;
  }
  Dns& exists(const std::string& domain) {
    answers_[{domain, dns::Type::a}].rcode = dns::Rcode::no_error;
    return *this;
  }
  Dns& fails(const std::string& name, dns::Type type = dns::Type::txt) {
    answers_[{name, type}] = {};
    return *this;
  }
  dns::Answer answer(const dns::Question& question) const {
    const auto found = answers_.find(question);
    return found == answers_.end() ? dns::Answer{.rcode = dns::Rcode::nx_domain} : found->second;
  }

 private:
  std::map<dns::Question, dns::Answer> answers_;
};

Identifier pass(const std::string& domain) { return {domain, Standing::pass}; }

Verdict judged(const Dns& dns, Input input) {
  Evaluation evaluation(std::move(input));
  while (!evaluation.done()) {
    const auto wanted = evaluation.wanted();
    EXPECT_FALSE(wanted.empty());
    for (const auto& question : wanted) evaluation.answer(question, dns.answer(question));
  }
  EXPECT_FALSE(evaluation.result().reason.empty());
  return evaluation.result();
}

Input from(const std::string& author, std::vector<Identifier> dkim = {}, Identifier spf = {}) {
  return {.from_domains = {author}, .spf = std::move(spf), .dkim = std::move(dkim)};
}

TEST(DmarcTest, the_authors_own_signature_costs_one_question) {
  const auto verdict =
      judged(Dns().policy("example.com", "v=DMARC1; p=reject"), from("Example.COM", {pass("example.com")}));
  EXPECT_EQ(verdict.result, Result::pass);
  EXPECT_TRUE(verdict.dkim_pass);
  EXPECT_EQ(verdict.lookups, 1U);
  EXPECT_EQ(verdict.disposition, Policy::none);
  EXPECT_EQ(verdict.policy, Policy::reject);
}

TEST(DmarcTest, nothing_aligned_fails_by_the_policy) {
  const auto verdict =
      judged(Dns().policy("example.com", "v=DMARC1; p=reject"),
             from("example.com", {pass("example.net"), {"example.com", Standing::fail}}, pass("evil.com")));
  EXPECT_EQ(verdict.result, Result::fail);
  EXPECT_EQ(verdict.disposition, Policy::reject);
  EXPECT_EQ(verdict.source, PolicySource::p);
  EXPECT_EQ(verdict.record_domain, "example.com");
  EXPECT_EQ(verdict.organizational_domain, "example.com");
}

TEST(DmarcTest, without_a_record_the_mechanism_does_not_apply) {
  EXPECT_EQ(judged({}, from("a.example.com", {pass("a.example.com")})).result, Result::none);
  EXPECT_EQ(judged(Dns().policy("example.com", "v=DMARC1; p=bogus"), from("example.com")).result,
            Result::none);
  EXPECT_EQ(
      judged(Dns().policy("example.com", "v=DMARC1; p=bogus; rua=mailto:a@example.com"), from("example.com"))
          .result,
      Result::fail);
}

TEST(DmarcTest, several_records_are_none_and_the_walk_goes_on) {
  auto dns = Dns().policy("a.example.com", "v=DMARC1; p=none").policy("a.example.com", "v=DMARC1; p=reject");
  EXPECT_EQ(judged(dns, from("a.example.com")).result, Result::none);
  const auto verdict = judged(dns.policy("example.com", "v=DMARC1; p=quarantine"), from("a.example.com"));
  EXPECT_EQ(verdict.disposition, Policy::quarantine);
  EXPECT_EQ(verdict.record_domain, "example.com");
}

TEST(DmarcTest, subdomains_get_sp_and_missing_ones_np) {
  auto dns =
      Dns().policy("example.com", "v=DMARC1; p=none; sp=quarantine; np=reject").exists("a.example.com");
  const auto existing = judged(dns, from("a.example.com"));
  EXPECT_EQ(existing.source, PolicySource::sp);
  EXPECT_EQ(existing.disposition, Policy::quarantine);
  const auto missing = judged(dns, from("b.example.com"));
  EXPECT_EQ(missing.source, PolicySource::np);
  EXPECT_EQ(missing.disposition, Policy::reject);
  EXPECT_EQ(judged(dns, from("example.com")).source, PolicySource::p);
  EXPECT_EQ(judged(dns.fails("c.example.com", dns::Type::a), from("c.example.com")).result,
            Result::temperror);
  EXPECT_EQ(judged(Dns().policy("example.com", "v=DMARC1; p=reject"), from("b.example.com")).source,
            PolicySource::p);
}

TEST(DmarcTest, test_mode_is_one_level_lower) {
  const auto disposition = [](const std::string& p) {
    return judged(Dns().policy("example.com", "v=DMARC1; t=y; p=" + p), from("example.com")).disposition;
  };
  EXPECT_EQ(disposition("reject"), Policy::quarantine);
  EXPECT_EQ(disposition("quarantine"), Policy::none);
  EXPECT_EQ(disposition("none"), Policy::none);
}

TEST(DmarcTest, relaxed_and_strict_alignment) {
  const auto relaxed = Dns().policy("example.com", "v=DMARC1; p=reject");
  EXPECT_EQ(judged(relaxed, from("example.com", {pass("mail.example.com")})).result, Result::pass);
  EXPECT_EQ(judged(relaxed, from("a.example.com", {}, pass("b.example.com"))).result, Result::pass);
  const auto strict = Dns().policy("example.com", "v=DMARC1; p=reject; adkim=s; aspf=s");
  EXPECT_EQ(judged(strict, from("example.com", {pass("mail.example.com")}, pass("b.example.com"))).result,
            Result::fail);
  EXPECT_EQ(judged(strict, from("example.com", {pass("EXAMPLE.com")})).result, Result::pass);
}

// Names that only end alike are not within each other.
TEST(DmarcTest, a_common_ending_is_no_common_domain) {
  const auto dns =
      Dns().policy("example.com", "v=DMARC1; p=reject").policy("notexample.com", "v=DMARC1; p=none");
  EXPECT_EQ(judged(dns, from("example.com", {pass("notexample.com")})).result, Result::fail);
  EXPECT_EQ(judged(dns, from("example.com", {pass("com")})).result, Result::fail);
}

TEST(DmarcTest, a_subdomain_with_psd_n_stands_alone) {
  const auto dns =
      Dns().policy("example.com", "v=DMARC1; p=none").policy("team.example.com", "v=DMARC1; p=reject; psd=n");
  EXPECT_EQ(judged(dns, from("team.example.com", {pass("example.com")})).result, Result::fail);
  EXPECT_EQ(judged(dns, from("team.example.com", {pass("a.team.example.com")})).result, Result::pass);
  EXPECT_EQ(judged(dns, from("example.com", {pass("team.example.com")})).result, Result::fail);
}

// RFC 9989 B.3.3
TEST(DmarcTest, a_public_suffix_with_a_policy) {
  const auto dns = Dns()
                       .policy("bank.example", "v=DMARC1; p=reject; psd=y; np=quarantine")
                       .policy("giant.bank.example", "v=DMARC1; p=none");
  const auto verdict = judged(
      dns, from("giant.bank.example", {pass("mail.mega.bank.example")}, pass("mail.giant.bank.example")));
  EXPECT_EQ(verdict.result, Result::pass);
  EXPECT_TRUE(verdict.spf_pass);
  EXPECT_FALSE(verdict.dkim_pass);
  EXPECT_EQ(verdict.organizational_domain, "giant.bank.example");
  const auto without = judged(dns, from("www.mega.bank.example"));
  EXPECT_EQ(without.record_domain, "bank.example");
  EXPECT_EQ(without.organizational_domain, "mega.bank.example");
  EXPECT_EQ(without.source, PolicySource::np);
}

// RFC 9989 B.3.2
TEST(DmarcTest, a_deep_name_takes_eight_questions) {
  const auto dns =
      Dns().policy("example.com", "v=DMARC1; p=reject").policy("signing.example.com", "v=DMARC1; p=none");
  const auto verdict = judged(
      dns, from("a.b.c.d.e.f.g.h.i.j.k.example.com", {pass("signing.example.com")}, pass("example.com")));
  EXPECT_EQ(verdict.result, Result::pass);
  EXPECT_TRUE(verdict.spf_pass && verdict.dkim_pass);
  EXPECT_EQ(verdict.lookups, 9U);
  EXPECT_EQ(verdict.organizational_domain, "example.com");
}

TEST(DmarcTest, temporary_errors_are_neither_pass_nor_fail) {
  EXPECT_EQ(judged(Dns().fails("_dmarc.example.com"), from("example.com", {pass("example.com")})).result,
            Result::temperror);
  const auto dns = Dns().policy("example.com", "v=DMARC1; p=reject");
  const Identifier broken{"example.com", Standing::temperror};
  EXPECT_EQ(judged(dns, from("example.com", {broken})).result, Result::temperror);
  EXPECT_EQ(judged(dns, from("example.com", {broken}, pass("example.com"))).result, Result::pass);
  EXPECT_EQ(judged(dns, from("example.com", {{"example.net", Standing::temperror}})).result, Result::fail);
  auto half = dns;
  half.fails("_dmarc.com");
  EXPECT_EQ(judged(half, from("example.com", {pass("a.example.com")})).result, Result::temperror);
  EXPECT_EQ(judged(half, from("example.com", {pass("example.net")})).result, Result::fail);
}

TEST(DmarcTest, no_address_or_no_domain_is_an_error_that_is_not_delivered_openly) {
  for (const auto& domains :
       {std::vector<std::string>{}, {""}, {"[192.0.2.1]"}, {"a b"}, {std::string("a\0.b", 4)}}) {
    const auto verdict = judged({}, {.from_domains = domains});
    EXPECT_EQ(verdict.result, Result::permerror);
    EXPECT_EQ(verdict.disposition, Policy::quarantine);
  }
}

TEST(DmarcTest, a_second_author_is_no_way_around_a_policy) {
  const auto dns =
      Dns().policy("victim.example", "v=DMARC1; p=reject").policy("evil.example", "v=DMARC1; p=none");
  const auto both =
      judged(dns, {.from_domains = {"evil.example", "victim.example"}, .dkim = {pass("evil.example")}});
  EXPECT_EQ(both.result, Result::fail);
  EXPECT_EQ(both.domain, "victim.example");
  EXPECT_EQ(both.disposition, Policy::reject);
  const auto broken = judged(dns, {.from_domains = {"victim.example", ""}});
  EXPECT_EQ(broken.disposition, Policy::reject);
  const auto many = judged(dns, {.from_domains = {"a.x", "b.x", "c.x", "d.x", "e.x"}});
  EXPECT_EQ(many.result, Result::permerror);
  EXPECT_EQ(many.lookups, 0U);
}

TEST(DmarcTest, u_labels_and_a_labels_are_the_same) {
  const auto dns = Dns().policy("xn--bcher-kva.example", "v=DMARC1; p=reject");
  EXPECT_EQ(judged(dns, from("B\xc3\xbc"
                             "cher.example",
                             {pass("xn--bcher-kva.example")}))
                .result,
            Result::pass);
}

TEST(DmarcTest, many_signatures_cost_bounded_questions) {
  Input input = from("example.com");
  for (int i = 0; i < 200; ++i)
    input.dkim.push_back(pass("a.b.c.d.e.f.s" + std::to_string(i) + ".example.com"));
  const auto verdict = judged(Dns().policy("example.com", "v=DMARC1; p=reject; psd=n"), input);
  EXPECT_LE(verdict.lookups, 80U);
  EXPECT_LE(verdict.steps.size(), 200U);
}

}  // namespace
}  // namespace scop::dmarc
