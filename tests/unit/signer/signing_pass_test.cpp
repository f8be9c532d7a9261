#include "signer/signing_pass.hpp"

#include <gtest/gtest.h>

#include "arc/validator.hpp"
#include "dkim/verifier.hpp"
#include "parts.hpp"

namespace scop::signer {
namespace {

const std::string message =
    "Bcc: secret@example.net\r\nFrom: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: "
    "hello\r\n\r\nbody\r\n";

class SigningPassTest : public ::testing::Test {
 protected:
  SigningPassTest() {
    desk_.grant_key = accounts_.keys.public_key;
    desk_.postmaster = "postmaster@example.org";
    desk_.keys.add({"example.org", "r", dkim::DkimKey::generate(dkim::KeyType::rsa).value()});
    desk_.keys.add({"example.org", "e", dkim::DkimKey::generate(dkim::KeyType::ed25519).value()});
  }

  Stepped<v1::Findings> run(const std::string& text, v1::Findings findings, std::size_t step = 7) {
    pass_ = std::make_unique<SigningPass>(desk_, "submission");
    if (auto begun = pass_->envelope(accounts_.envelope(), noon); !begun)
      return std::unexpected(begun.error());
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(std::min(step, rest.size()))) {
      if (auto taken = pass_->data(rest.substr(0, step)); !taken) return std::unexpected(taken.error());
    }
    return pass_->finish(std::move(findings), noon);
  }

  // What the recipient gets: findings applied as the relay does.
  static std::string delivered(const std::string& text, const v1::Findings& findings) {
    const auto header = message::parse_header(text).value();
    std::string out;
    for (const auto& field : findings.prepend()) out += field.name() + ':' + field.value() + "\r\n";
    for (std::uint32_t i = 0; i < header.fields.size(); ++i) {
      if (std::ranges::find(findings.remove(), i) == findings.remove().end()) out += header.fields[i].raw;
    }
    return out + text.substr(header.size);
  }

  std::vector<dkim::Result> verify(const std::string& text) {
    const auto header = message::parse_header(text).value();
    dkim::Verifier verifier({}, std::chrono::floor<std::chrono::seconds>(noon));
    verifier.header(header);
    for (const auto& own : desk_.keys.all()) {
      verifier.key(dkim::key_name(own.selector, own.domain),
                   {dkim::KeyAnswer::Kind::found, {own.key.record()}});
    }
    verifier.body(std::string_view(text).substr(header.body));
    std::vector<dkim::Result> results;
    for (const auto& verdict : verifier.finish()) results.push_back(verdict.result);
    return results;
  }

  static std::string code(const Stepped<v1::Findings>& stepped) {
    if (stepped) return "";
    if (const auto* refused = std::get_if<Refusal>(&stepped.error())) {
      return std::to_string(refused->reply.code()) + ' ' + refused->reply.enhanced();
    }
    return std::get<Void>(stepped.error()).denied ? "denied" : "void";
  }

  Accounts accounts_;
  Desk desk_;
  std::unique_ptr<SigningPass> pass_;
};

v1::Envelope forward(std::string reverse_path) {
  v1::Envelope envelope;
  envelope.set_role(v1::ROLE_FORWARD);
  envelope.set_reverse_path(std::move(reverse_path));
  envelope.mutable_arc()->set_results("spf=pass smtp.mailfrom=else.example");
  envelope.mutable_arc()->set_chain("none");
  return envelope;
}

TEST_F(SigningPassTest, seals_a_forward_and_signs_nothing_of_a_strangers) {
  desk_.domain = "example.org";
  desk_.host = "mail.example.org";
  const std::string text = "From: s@else.example\r\nSubject: hello\r\n\r\nbody\r\n";
  SigningPass pass(desk_, "relay");
  ASSERT_TRUE(pass.envelope(forward("SRS0=a=b=c=d@example.org"), noon));
  for (const char octet : text) ASSERT_TRUE(pass.data({&octet, 1}));
  const auto out = pass.finish(findings_of(text), noon);
  ASSERT_TRUE(out);
  ASSERT_EQ(out->prepend_size(), 3);
  EXPECT_EQ(out->prepend(0).name(), "ARC-Seal");
  const auto sealed = delivered(text, *out);
  const auto results = message::unfold(out->prepend(2).value());
  EXPECT_TRUE(results.contains("mail.example.org; spf=pass")) << results;
  const auto header = message::parse_header(sealed).value();
  arc::Validator validator(std::chrono::floor<std::chrono::seconds>(noon));
  for (const auto& name : validator.header(header)) {
    for (const auto& own : desk_.keys.all()) {
      if (dkim::key_name(own.selector, own.domain) == name)
        validator.key(name, {dkim::KeyAnswer::Kind::found, {own.key.record()}});
    }
  }
  validator.body(std::string_view(sealed).substr(header.body));
  const auto verdict = validator.finish();
  EXPECT_EQ(verdict.status, arc::ChainStatus::pass) << verdict.reason;
}

TEST_F(SigningPassTest, lets_a_forward_leave_with_a_reverse_path_of_ours_alone) {
  desk_.domain = "example.org";
  EXPECT_TRUE(SigningPass(desk_, "relay").envelope(forward(""), noon));
  EXPECT_FALSE(SigningPass(desk_, "relay").envelope(forward("s@else.example"), noon));
  EXPECT_FALSE(SigningPass(desk_, "submission").envelope(forward(""), noon));
  EXPECT_FALSE(SigningPass(desk_, "verifier").envelope(forward(""), noon));
}

using Passes = std::vector<dkim::Result>;

TEST_F(SigningPassTest, signs_what_will_be_delivered) {
  auto findings = findings_of(message);
  findings.add_remove(0);
  prepend(findings, "Date", " Tue, 14 Nov 2023 22:13:20 +0000");
  prepend(findings, "Message-ID", " <1@example.org>");
  for (const std::size_t step : {std::size_t{1}, std::size_t{20}, message.size()}) {
    const auto out = run(message, findings, step);
    ASSERT_TRUE(out);
    ASSERT_EQ(out->prepend_size(), 4);
    EXPECT_EQ(out->prepend(0).name(), "DKIM-Signature");
    EXPECT_EQ(out->prepend(1).name(), "DKIM-Signature");
    EXPECT_EQ(out->prepend(2).name(), "Date");
    EXPECT_EQ(out->verdicts_size(), 2);
    EXPECT_EQ(out->size(), message.size());
    EXPECT_EQ(verify(delivered(message, *out)), (Passes{dkim::Result::pass, dkim::Result::pass}));
  }
}

TEST_F(SigningPassTest, covers_fields_that_submission_adds) {
  auto findings = findings_of(message);
  prepend(findings, "Date", " one");
  auto text = delivered(message, run(message, findings).value());
  text.replace(text.find(" one"), 4, " two");
  EXPECT_EQ(verify(text), (Passes{dkim::Result::fail, dkim::Result::fail}));
}

TEST_F(SigningPassTest, keeps_the_grant_from_the_relay) {
  SigningPass pass(desk_, "submission");
  const auto forwarded = pass.envelope(accounts_.envelope(), noon);
  ASSERT_TRUE(forwarded);
  EXPECT_TRUE(forwarded->grant().empty());
  EXPECT_EQ(forwarded->recipients_size(), 1);
}

TEST_F(SigningPassTest, judges_the_from_that_will_be_delivered) {
  auto findings = findings_of(message);
  prepend(findings, "From", " evil@example.com");
  EXPECT_EQ(code(run(message, findings)), "550 5.6.0");
  findings.add_remove(1);
  EXPECT_EQ(code(run(message, findings)), "550 5.7.1");
}

TEST_F(SigningPassTest, refuses_a_from_domain_without_a_key_unless_told_otherwise) {
  const std::string text = "From: x@team.example.org\r\n\r\n";
  EXPECT_EQ(code(run(text, findings_of(text))), "550 5.7.20");
  desk_.pass_unsigned = true;
  const auto out = run(text, findings_of(text));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->prepend_size(), 0);
  EXPECT_EQ(out->verdicts(0).result(), "unsigned");
}

TEST_F(SigningPassTest, signs_and_seals_with_keys_that_sign_alone) {
  desk_.keys.choose([](const OwnKey& key) { return key.selector == "e"; });
  const auto out = run(message, findings_of(message));
  ASSERT_TRUE(out);
  ASSERT_EQ(out->prepend_size(), 1);
  EXPECT_TRUE(out->prepend(0).value().contains("s=e")) << out->prepend(0).value();
  desk_.domain = "example.org";
  desk_.host = "mail.example.org";
  const std::string text = "From: s@else.example\r\n\r\nbody\r\n";
  SigningPass pass(desk_, "relay");
  ASSERT_TRUE(pass.envelope(forward(""), noon));
  ASSERT_TRUE(pass.data(text));
  const auto sealed = pass.finish(findings_of(text), noon);
  ASSERT_TRUE(sealed);
  EXPECT_TRUE(sealed->prepend(0).value().contains("s=e")) << sealed->prepend(0).value();
}

TEST_F(SigningPassTest, puts_mail_off_while_new_keys_are_on_their_way_and_none_signs) {
  desk_.keys.choose([](const OwnKey&) { return false; });
  desk_.pass_unsigned = true;
  EXPECT_EQ(code(run(message, findings_of(message))), "");
  desk_.between_keys = {"example.org"};
  EXPECT_EQ(code(run(message, findings_of(message))), "451 4.3.0");
}

TEST_F(SigningPassTest, a_key_that_is_compromised_while_a_message_passes_does_not_sign_it) {
  SigningPass pass(desk_, "submission");
  ASSERT_TRUE(pass.envelope(accounts_.envelope(), noon));
  ASSERT_TRUE(pass.data(message));
  Desk later;
  later.keys.add({"example.org", "e2", dkim::DkimKey::generate(dkim::KeyType::ed25519).value()});
  pass.use_keys_of(later);
  const auto out = pass.finish(findings_of(message), noon);
  ASSERT_TRUE(out);
  ASSERT_EQ(out->prepend_size(), 1);
  EXPECT_TRUE(out->prepend(0).value().contains("s=e2"));
}

TEST_F(SigningPassTest, refuses_headers_that_are_malformed_or_endless) {
  const std::string text = "From: ann@example.org\r\nno field\r\n\r\n";
  EXPECT_EQ(code(run(text, findings_of(text))), "550 5.6.0");
  const std::string endless = "From: ann@example.org\r\nX: " + std::string(300U << 10U, 'x');
  EXPECT_EQ(code(run(endless, findings_of(endless), 16U << 10U)), "552 5.3.4");
}

TEST_F(SigningPassTest, signs_a_message_that_is_header_alone) {
  const std::string text = "From: ann@example.org\r\n";
  const auto out = run(text, findings_of(text));
  ASSERT_TRUE(out);
  EXPECT_EQ(verify(delivered(text, *out)), (Passes{dkim::Result::pass, dkim::Result::pass}));
}

TEST_F(SigningPassTest, signs_the_relay_s_bounces_and_denies_it_the_rest) {
  v1::Envelope envelope;
  envelope.set_role(v1::ROLE_BOUNCE);
  const std::string text =
      "From: <postmaster@example.org>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b--\r\n";
  SigningPass bounce(desk_, "relay");
  ASSERT_TRUE(bounce.envelope(envelope, noon));
  ASSERT_TRUE(bounce.data(text));
  const auto out = bounce.finish(findings_of(text), noon);
  ASSERT_TRUE(out);
  EXPECT_EQ(verify(delivered(text, *out)), (Passes{dkim::Result::pass, dkim::Result::pass}));
  envelope.set_reverse_path("ann@example.org");
  const auto denied = SigningPass(desk_, "relay").envelope(envelope, noon);
  ASSERT_FALSE(denied);
  EXPECT_TRUE(std::get<Void>(denied.error()).denied);
  EXPECT_FALSE(SigningPass(desk_, "relay").envelope(accounts_.envelope(), noon));
}

}  // namespace
}  // namespace scop::signer
