#include "spf/evaluation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "spf/name.hpp"
#include "zone.hpp"

namespace scop::spf {
namespace {

Input from(const std::string& mail_from, const std::string& client = "192.0.2.1") {
  return {
      .client = dns::Address::from_text(client).value(), .mail_from = mail_from, .helo = "helo.example.net"};
}

struct Judged {
  Verdict verdict;
  std::size_t asked = 0;
};

Judged judged(const Zone& zone, Input input) {
  Evaluation evaluation(std::move(input));
  Judged out;
  while (!evaluation.done()) {
    const auto wanted = evaluation.wanted();
    EXPECT_FALSE(wanted.empty());
    for (const auto& question : wanted) {
      ++out.asked;
      evaluation.answer(question, zone.answer(question));
    }
  }
  EXPECT_TRUE(evaluation.wanted().empty());
  out.verdict = evaluation.result();
  EXPECT_FALSE(out.verdict.reason.empty());
  return out;
}

Result result(const Zone& zone, const std::string& client = "192.0.2.1") {
  return judged(zone, from("a@example.com", client)).verdict.result;
}

TEST(EvaluationTest, says_what_matched) {
  const auto zone = Zone()
                        .txt("example.com", "v=spf1 ip4:198.51.100.0/24 include:other.example -all")
                        .txt("other.example", "v=spf1 ip4:192.0.2.0/24 ~all");
  const auto verdict = judged(zone, from("A@Example.COM")).verdict;
  EXPECT_EQ(verdict.result, Result::pass);
  EXPECT_EQ(verdict.domain, "example.com");
  EXPECT_EQ(verdict.mechanism, "include:other.example");
  EXPECT_EQ(verdict.record_domain, "example.com");
  EXPECT_EQ(verdict.record, "v=spf1 ip4:198.51.100.0/24 include:other.example -all");
  EXPECT_EQ(verdict.lookups, 1U);
  EXPECT_GE(verdict.steps.size(), 4U);
  EXPECT_EQ(judged(zone, from("a@example.com", "203.0.113.1")).verdict.mechanism, "-all");
}

TEST(EvaluationTest, a_null_sender_is_postmaster_at_helo) {
  const auto zone = Zone()
                        .txt("helo.example.net", "v=spf1 exists:%{l}.%{d} -all")
                        .address("postmaster.helo.example.net", "127.0.0.2");
  const auto verdict = judged(zone, from("")).verdict;
  EXPECT_EQ(verdict.result, Result::pass);
  EXPECT_EQ(verdict.identity, Identity::helo);
  EXPECT_EQ(verdict.sender, "postmaster@helo.example.net");
  auto by_helo = from("a@example.com");
  by_helo.identity = Identity::helo;
  EXPECT_EQ(judged(zone, by_helo).verdict.result, Result::pass);
}

TEST(EvaluationTest, an_ipv4_mapped_client_is_ipv4) {
  const auto zone = Zone().txt("example.com", "v=spf1 ip4:192.0.2.1 -all");
  EXPECT_EQ(result(zone, "::ffff:192.0.2.1"), Result::pass);
  EXPECT_EQ(result(zone, "2001:db8::1"), Result::fail);
}

TEST(EvaluationTest, names_that_cannot_be_looked_up_are_none) {
  for (const auto& sender :
       {"a@com", "a@[192.0.2.1]", "a@a..example", "a@", "a@-\x01.example", "a@b c.example"})
    EXPECT_EQ(judged({}, from(sender)).verdict.result, Result::none) << sender;
  EXPECT_EQ(judged({}, from(std::string("a@b\0.example", 12))).verdict.result, Result::none);
  EXPECT_EQ(judged({}, from("a@" + std::string(64, 'x') + ".example")).verdict.result, Result::none);
  EXPECT_EQ(judged({}, from(std::string(3000, 'x') + "@example.com")).verdict.result, Result::none);
  EXPECT_EQ(judged(Zone().txt("xn--bcher-kva.example", "v=spf1 -all"), from("a@b\xc3\xbc"
                                                                            "cher.example"))
                .verdict.result,
            Result::fail);
}

// Ten terms cost look-ups; the eleventh is an error, wherever it stands.
TEST(EvaluationTest, look_ups_do_not_explode) {
  Zone zone;
  zone.txt("example.com", "v=spf1 include:x.n0.example include:x.n0.example -all");
  for (int i = 0; i < 30; ++i) {
    const auto next = "x.n" + std::to_string(i + 1) + ".example";
    zone.txt("x.n" + std::to_string(i) + ".example", "v=spf1 include:" + next + " include:" + next + " -all");
  }
  const auto out = judged(zone, from("a@example.com"));
  EXPECT_EQ(out.verdict.result, Result::permerror);
  EXPECT_EQ(out.verdict.lookups, 11U);
  EXPECT_LE(out.asked, 12U);
}

TEST(EvaluationTest, a_loop_of_redirects_or_includes_ends) {
  EXPECT_EQ(result(Zone().txt("example.com", "v=spf1 redirect=example.com")), Result::permerror);
  EXPECT_EQ(result(Zone().txt("example.com", "v=spf1 include:example.com -all")), Result::permerror);
}

TEST(EvaluationTest, ten_terms_are_allowed) {
  std::string record = "v=spf1";
  Zone zone;
  for (int i = 0; i < 10; ++i) {
    const auto host = "h" + std::to_string(i) + ".example.com";
    record += " a:" + host;
    zone.address(host, "198.51.100.1");
  }
  auto eleven = zone;
  EXPECT_EQ(result(zone.txt("example.com", record + " -all")), Result::fail);
  EXPECT_EQ(result(eleven.txt("example.com", record + " a:h0.example.com -all")), Result::permerror);
}

TEST(EvaluationTest, the_third_void_look_up_is_an_error) {
  EXPECT_EQ(result(Zone().txt("example.com", "v=spf1 a:a.example a:b.example -all")), Result::fail);
  const auto out = judged(Zone().txt("example.com", "v=spf1 a:a.example mx:b.example exists:c.example -all"),
                          from("a@example.com"));
  EXPECT_EQ(out.verdict.result, Result::permerror);
  EXPECT_EQ(out.verdict.void_lookups, 3U);
}

TEST(EvaluationTest, more_than_ten_mx_are_an_error_and_more_ptr_are_ignored) {
  Zone zone;
  zone.txt("example.com", "v=spf1 mx -all").txt("example.net", "v=spf1 ptr -all");
  for (int i = 0; i < 11; ++i) {
    const auto host = "h" + std::to_string(i) + ".example.net";
    zone.mx("example.com", host).ptr("1.2.0.192.in-addr.arpa", host);
  }
  zone.address("h10.example.net", "192.0.2.1");
  EXPECT_EQ(result(zone), Result::permerror);
  const auto by_ptr = judged(zone, from("a@example.net"));
  EXPECT_EQ(by_ptr.verdict.result, Result::fail);
  EXPECT_LE(by_ptr.asked, 12U);
}

TEST(EvaluationTest, an_mx_host_without_address_is_not_void) {
  const auto zone = Zone()
                        .txt("example.com", "v=spf1 mx -all")
                        .mx("example.com", "a.example")
                        .mx("example.com", "b.example")
                        .mx("example.com", "c.example")
                        .mx("example.com", "d.example")
                        .mx("example.com", ".");
  EXPECT_EQ(result(zone), Result::fail);
}

TEST(EvaluationTest, failures_of_the_dns_are_temporary) {
  EXPECT_EQ(result(Zone().fails("example.com", dns::Type::txt)), Result::temperror);
  EXPECT_EQ(result(Zone().txt("example.com", "v=spf1 a -all").fails("example.com", dns::Type::a)),
            Result::temperror);
  EXPECT_EQ(
      result(Zone().txt("example.com", "v=spf1 include:b.example -all").fails("b.example", dns::Type::txt)),
      Result::temperror);
  EXPECT_EQ(
      result(Zone().txt("example.com", "v=spf1 ptr -all").fails("1.2.0.192.in-addr.arpa", dns::Type::ptr)),
      Result::fail);
}

TEST(EvaluationTest, several_records_and_includes_without_one_are_errors) {
  EXPECT_EQ(result(Zone().txt("example.com", "v=spf1 -all").txt("example.com", "v=spf1 +all")),
            Result::permerror);
  EXPECT_EQ(result(Zone().txt("example.com", "v=spf1 include:b.example +all")), Result::permerror);
  EXPECT_EQ(result(Zone().txt("example.com", "v=spf1 redirect=b.example")), Result::permerror);
  EXPECT_EQ(result(Zone().txt("example.com", "v=spf1 +all bogus")), Result::permerror);
  EXPECT_EQ(result(Zone().txt("example.com", "v=spf1 " + std::string(20'000, ' ') + "+all")),
            Result::permerror);
}

TEST(EvaluationTest, explanations_are_expanded_and_bounded) {
  Zone zone;
  zone.txt("example.com", "v=spf1 -all exp=why.%{d}")
      .txt("why.example.com", "%{i} of %{c} is not one of %{d}: %{r} %{t}");
  auto input = from("a@example.com");
  input.receiver = "mx.example.org";
  input.now = std::chrono::sys_seconds(std::chrono::seconds(12));
  EXPECT_EQ(judged(zone, input).verdict.explanation,
            "192.0.2.1 of 192.0.2.1 is not one of example.com: mx.example.org 12");
  for (const auto& bad :
       {std::string("%{x}"), std::string("caf\xc3\xa9"), std::string("a\r\nb"), std::string(600, 'x')}) {
    const auto other = Zone().txt("example.com", "v=spf1 -all exp=why.%{d}").txt("why.example.com", bad);
    const auto verdict = judged(other, from("a@example.com")).verdict;
    EXPECT_EQ(verdict.result, Result::fail);
    EXPECT_EQ(verdict.explanation, "");
  }
}

TEST(EvaluationTest, an_explanation_of_an_include_is_not_used) {
  const auto zone = Zone()
                        .txt("example.com", "v=spf1 include:b.example -all")
                        .txt("b.example", "v=spf1 -all exp=why.b.example")
                        .txt("why.b.example", "no");
  EXPECT_EQ(judged(zone, from("a@example.com")).verdict.explanation, "");
}

TEST(EvaluationTest, validated_names_prefer_the_domain) {
  const auto zone = Zone()
                        .txt("example.com", "v=spf1 exists:%{p}.ok.example -all")
                        .ptr("1.2.0.192.in-addr.arpa", "evil.example")
                        .ptr("1.2.0.192.in-addr.arpa", "b.example.com")
                        .address("evil.example", "192.0.2.1")
                        .address("b.example.com", "192.0.2.1")
                        .address("b.example.com.ok.example", "127.0.0.1");
  const auto verdict = judged(zone, from("a@example.com")).verdict;
  EXPECT_EQ(verdict.result, Result::pass);
  EXPECT_EQ(verdict.lookups, 2U);
}

TEST(EvaluationTest, questions_of_later_terms_travel_with_the_first) {
  const auto zone = Zone().txt(
      "example.com", "v=spf1 include:b.example a:c.example mx:d.example exists:%{i}.e.example -all");
  Evaluation evaluation(from("a@example.com"));
  evaluation.answer(evaluation.wanted().front(), zone.answer(evaluation.wanted().front()));
  const std::vector<dns::Question> expected{
      {"b.example", dns::Type::txt}, {"c.example", dns::Type::a}, {"d.example", dns::Type::mx}};
  EXPECT_EQ(evaluation.wanted(), expected);
}

TEST(EvaluationTest, the_order_of_the_answers_does_not_matter) {
  const auto zone = Zone()
                        .txt("example.com", "v=spf1 a:a.example mx:b.example include:c.example -all")
                        .address("a.example", "198.51.100.1")
                        .mx("b.example", "m1.example")
                        .mx("b.example", "m2.example")
                        .address("m1.example", "198.51.100.2")
                        .address("m2.example", "192.0.2.1");
  const auto in_order = judged(zone, from("a@example.com")).verdict;
  Evaluation evaluation(from("a@example.com"));
  while (!evaluation.done()) {
    const auto question = evaluation.wanted().back();
    evaluation.answer(question, zone.answer(question));
  }
  EXPECT_EQ(evaluation.result(), in_order);
  EXPECT_EQ(in_order.result, Result::pass);
}

TEST(EvaluationTest, answers_nobody_asked_for_change_nothing) {
  Evaluation evaluation(from("a@example.com"));
  evaluation.answer({"other.example", dns::Type::txt},
                    Zone().txt("x", "v=spf1 +all").answer({"x", dns::Type::txt}));
  EXPECT_FALSE(evaluation.done());
  EXPECT_EQ(evaluation.wanted().size(), 1U);
}

TEST(EvaluationTest, a_forged_answer_is_a_temporary_error) {
  Evaluation evaluation(from("a@example.com"));
  auto answer = Zone().txt("x", "v=spf1 +all").answer({"x", dns::Type::txt});
  answer.validation = dns::Validation::bogus;
  evaluation.answer({"example.com", dns::Type::txt}, answer);
  EXPECT_EQ(evaluation.result().result, Result::temperror);
}

TEST(EvaluationTest, a_local_part_may_hold_any_octet) {
  const auto zone = Zone().txt("example.com", "v=spf1 exists:%{l}.x.example -all");
  const auto verdict = judged(zone, from(std::string("a\0.\xff@b\"@example.com", 19))).verdict;
  EXPECT_EQ(verdict.result, Result::fail);
  EXPECT_EQ(judged(zone, from("a..b@example.com")).verdict.result, Result::fail);
}

}  // namespace
}  // namespace scop::spf
