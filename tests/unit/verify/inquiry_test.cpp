#include "verify/inquiry.hpp"

#include <gtest/gtest.h>

#include "message/header.hpp"
#include "world.hpp"

namespace scop::verify {
namespace {

constexpr std::string_view mail =
    "From: Ann <ann@good.example>\r\nTo: bob@ours.example\r\nSubject: hello\r\n\r\nHello, Bob.\r\n";

// good.example sends from 192.0.2.1 and asks to reject everything else.
World good_world() {
  World world;
  world.txt("good.example", "v=spf1 ip4:192.0.2.1 -all");
  world.txt("mail.good.example", "v=spf1 ip4:192.0.2.1 -all");
  world.txt("_dmarc.good.example", "v=DMARC1; p=reject; rua=mailto:dmarc@good.example");
  world.ptr("1.2.0.192.in-addr.arpa", "mail.good.example");
  world.a("mail.good.example", "192.0.2.1");
  return world;
}

const Envelope honest = envelope_of("192.0.2.1", "mail.good.example", "ann@good.example");
const Envelope stranger = envelope_of("198.51.100.66", "evil.example", "ann@good.example");

TEST(Inquiry, passes_honest_mail_by_every_method_whole_and_octet_by_octet) {
  for (const std::size_t step : {std::size_t{4'096}, std::size_t{1}}) {
    auto world = good_world();
    const auto message = signed_with(world, mail, "good.example");
    const auto judgement = world.judge(message, honest, {}, step);
    EXPECT_EQ(judgement.spf.result, spf::Result::pass) << judgement.spf.reason;
    ASSERT_TRUE(judgement.helo);
    EXPECT_EQ(judgement.helo->result, spf::Result::pass);
    ASSERT_EQ(judgement.dkim.size(), 1U);
    EXPECT_EQ(judgement.dkim[0].result, dkim::Result::pass) << judgement.dkim[0].reason;
    EXPECT_EQ(judgement.dmarc.result, dmarc::Result::pass) << judgement.dmarc.reason;
    EXPECT_EQ(judgement.arc.status, arc::ChainStatus::none);
    EXPECT_EQ(judgement.iprev.result, IprevResult::pass);
    EXPECT_EQ(judgement.iprev.name, "mail.good.example");
    EXPECT_EQ(judgement.decision.disposition, Disposition::inbox);
    EXPECT_TRUE(judgement.field.starts_with(" mx.ours.example;\r\n spf=pass")) << judgement.field;
    EXPECT_TRUE(judgement.field.contains("dmarc=pass (p=reject dis=none) header.from=good.example"))
        << judgement.field;
    EXPECT_FALSE(judgement.steps.empty());
  }
}

TEST(Inquiry, refuses_forged_mail_as_its_domain_asks_and_says_why) {
  auto world = good_world();
  const auto judgement = world.judge(mail, stranger);
  EXPECT_EQ(judgement.spf.result, spf::Result::fail);
  EXPECT_EQ(judgement.dmarc.result, dmarc::Result::fail);
  EXPECT_EQ(judgement.decision.disposition, Disposition::refuse);
  EXPECT_EQ(judgement.decision.code, 550U);
  EXPECT_EQ(judgement.decision.enhanced, "5.7.1");
  EXPECT_TRUE(judgement.decision.text.contains("good.example")) << judgement.decision.text;
  EXPECT_TRUE(judgement.decision.text.contains("DMARC")) << judgement.decision.text;
}

TEST(Inquiry, only_labels_where_told_so) {
  auto world = good_world();
  Policy policy;
  policy.enforce = false;
  const auto judgement = world.judge(mail, stranger, policy);
  EXPECT_EQ(judgement.dmarc.result, dmarc::Result::fail);
  EXPECT_EQ(judgement.decision.disposition, Disposition::inbox);
}

TEST(Inquiry, puts_quarantined_mail_into_junk) {
  auto world = good_world();
  world.table.erase({"_dmarc.good.example", dns::Type::txt});
  world.txt("_dmarc.good.example", "v=DMARC1; p=quarantine");
  EXPECT_EQ(world.judge(mail, stranger).decision.disposition, Disposition::junk);
}

TEST(Inquiry, lets_mail_altered_after_signing_fail_dkim_and_pass_by_spf) {
  auto world = good_world();
  auto message = signed_with(world, mail, "good.example");
  message.replace(message.find("Hello, Bob"), 10, "Hullo, Bob");
  const auto judgement = world.judge(message, honest);
  ASSERT_EQ(judgement.dkim.size(), 1U);
  EXPECT_EQ(judgement.dkim[0].result, dkim::Result::fail);
  EXPECT_EQ(judgement.dkim[0].reason, "body has changed");
  EXPECT_EQ(judgement.dmarc.result, dmarc::Result::pass);
  EXPECT_EQ(world.judge(message, stranger).decision.disposition, Disposition::refuse);
}

TEST(Inquiry, checks_helo_for_the_null_sender) {
  auto world = good_world();
  const auto judgement = world.judge(mail, envelope_of("192.0.2.1", "mail.good.example", ""));
  EXPECT_EQ(judgement.spf.result, spf::Result::pass);
  EXPECT_EQ(judgement.spf.identity, spf::Identity::helo);
  EXPECT_FALSE(judgement.helo);
  EXPECT_EQ(judgement.dmarc.result, dmarc::Result::pass);
  EXPECT_TRUE(judgement.field.contains("smtp.helo=mail.good.example")) << judgement.field;
}

TEST(Inquiry, never_refuses_for_a_failure_that_may_pass) {
  auto world = good_world();
  world.fails("good.example", dns::Type::txt);
  const auto judgement = world.judge(mail, stranger);
  EXPECT_EQ(judgement.spf.result, spf::Result::temperror);
  EXPECT_EQ(judgement.dmarc.result, dmarc::Result::temperror);
  EXPECT_EQ(judgement.decision.disposition, Disposition::inbox);
  Policy policy;
  policy.defer_temperror = true;
  const auto deferred = world.judge(mail, stranger, policy);
  EXPECT_EQ(deferred.decision.disposition, Disposition::defer);
  EXPECT_EQ(deferred.decision.code, 451U);
}

TEST(Inquiry, ends_without_a_single_answer) {
  auto world = good_world();
  const auto message = signed_with(world, mail, "good.example");
  world.answers = false;
  const auto judgement = world.judge(message, honest);
  EXPECT_EQ(judgement.spf.result, spf::Result::temperror);
  EXPECT_EQ(judgement.dkim.at(0).result, dkim::Result::temperror);
  EXPECT_EQ(judgement.dmarc.result, dmarc::Result::temperror);
  EXPECT_EQ(judgement.iprev.result, IprevResult::temperror);
  EXPECT_EQ(judgement.decision.disposition, Disposition::inbox);
}

TEST(Inquiry, asks_nothing_twice_and_everything_it_can_before_the_end) {
  auto world = good_world();
  world.judge(signed_with(world, mail, "good.example"), honest);
  auto asked = world.asked;
  std::ranges::sort(asked);
  EXPECT_EQ(std::ranges::adjacent_find(asked), asked.end());
  Inquiry inquiry({.authserv_id = "mx.ours.example"}, honest);
  EXPECT_GE(inquiry.wanted().size(), 3U);  // PTR, SPF of MAIL FROM and HELO
  inquiry.octets(mail);
  const auto wanted = inquiry.wanted();
  EXPECT_NE(std::ranges::find(wanted, dns::Question{"_dmarc.good.example", dns::Type::txt}), wanted.end());
}

TEST(Inquiry, finds_strangers_results_in_our_name) {
  auto world = good_world();
  const auto message =
      "Authentication-Results: other.example; dmarc=pass\r\n"
      "authentication-results: (x) MX.Ours.Example 1; dmarc=pass\r\nX-Spam-Flag: NO\r\n" +
      std::string(mail);
  const auto judgement = world.judge(message, honest);
  EXPECT_EQ(judgement.remove, std::vector<std::uint32_t>{1});
  EXPECT_EQ(judgement.spam_fields, std::vector<std::uint32_t>{2});
}

TEST(Inquiry, judges_mail_without_a_client_by_its_signatures) {
  auto world = good_world();
  const auto message = signed_with(world, mail, "good.example");
  const auto judgement = world.judge(message, {{}, "", "", in_2026});
  EXPECT_EQ(judgement.spf.result, spf::Result::none);
  EXPECT_EQ(judgement.dmarc.result, dmarc::Result::pass);
}

TEST(Inquiry, is_total_for_broken_headers) {
  auto world = good_world();
  for (const auto* text : {"", "\r\n", "no field at all\r\n\r\nx", "From: ann@good.example",
                           "From: @\r\n\r\n", "Subject: x\r\n\r\nbody"}) {
    const auto judgement = world.judge(text, stranger);
    EXPECT_NE(judgement.dmarc.result, dmarc::Result::pass) << text;
    EXPECT_TRUE(judgement.field.starts_with(" mx.ours.example;"));
  }
}

TEST(Inquiry, lets_nobody_escape_a_policy_by_a_second_from) {
  auto world = good_world();
  world.txt("evil.example", "v=spf1 ip4:198.51.100.66 -all");
  world.txt("_dmarc.evil.example", "v=DMARC1; p=none");
  const auto liar = envelope_of("198.51.100.66", "evil.example", "x@evil.example");
  for (const auto* from :
       {"From: x@evil.example, ann@good.example\r\n", "From: x@evil.example\r\nFrom: ann@good.example\r\n",
        "From: ann@good.example\r\nFrom: x@evil.example\r\n"}) {
    const auto judgement = world.judge(std::string(from) + "\r\nHello.\r\n", liar);
    EXPECT_NE(judgement.decision.disposition, Disposition::inbox) << from;
  }
}

}  // namespace
}  // namespace scop::verify
