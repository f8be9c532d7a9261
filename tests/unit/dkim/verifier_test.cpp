#include "dkim/verifier.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <functional>

#include "check.hpp"
#include "core/base64.hpp"
#include "dkim/signed_header.hpp"
#include "dkim/signer.hpp"

namespace scop::dkim {
namespace {

class VerifierTest : public ::testing::Test {
 protected:
  static std::string field(const std::string& value) { return "DKIM-Signature:" + value + "\r\n"; }

  // A signature with what `change` makes of it: any tag may be set.
  template <class Change>
  std::string signed_message(Change change, std::string_view body = "body\r\n",
                             const std::function<std::string(std::string_view)>& sign = {}) {
    Signature signature;
    signature.domain = "example.org";
    signature.selector = "s";
    signature.signed_names = {"From"};
    change(signature);
    BodyHash hash(signature.body_form, Hash::sha256, signature.body_length);
    hash.feed(body);
    signature.body_hash = hash.finish();
    auto value = format_unsigned(signature);
    std::string extra;
    if (signature.body_length) extra += " l=" + std::to_string(*signature.body_length) + ";";
    if (!signature.identity.empty()) extra += " i=" + signature.identity + ";";
    value.insert(value.find(" v=1"), extra);
    Digest digest(Hash::sha256);
    const auto header = message::parse_header("From: a@example.org\r\n").value();
    feed_signed_fields(header.fields, signature.signed_names, signature.header_form, digest);
    feed_signature_field(field(value), signature.header_form, digest);
    const auto hashed = digest.finish();
    const auto octets = sign ? sign(hashed) : key_.sign(hashed).value();
    return field(value + fold_signature(octets)) + "From: a@example.org\r\n\r\n" + std::string(body);
  }
  std::string plain() {
    return signed_message([](Signature& s) { s.algorithm = Algorithm::ed25519_sha256; });
  }
  SignatureVerdict judged(const std::string& message, const std::string& record,
                          VerifyingPolicy policy = {}) {
    return check(message, {{"s._domainkey.example.org", record}}, policy).front();
  }
  std::string record(const std::string& tags = "") { return key_.record() + tags; }

  DkimKey key_ = DkimKey::generate(KeyType::ed25519).value();
};

TEST_F(VerifierTest, the_authors_signature_is_found_below_two_hundred_of_others) {
  std::string message;
  for (int i = 0; i < 199; ++i) {
    message += field(" v=1; a=ed25519-sha256; c=relaxed/relaxed; d=other" + std::to_string(i) +
                     ".test; s=s; h=from; bh=AAAA; b=AAAA");
  }
  message += plain();
  const auto header = message::parse_header(message).value();
  for (const std::string_view author : {"example.org", "mail.example.org", "org", "elsewhere.test"}) {
    Verifier verifier({}, {});
    const auto wanted = verifier.header(header, author);
    EXPECT_EQ(wanted.size(), 10U);
    for (const auto& name : wanted) {
      verifier.key(name, name == "s._domainkey.example.org" ? KeyAnswer{KeyAnswer::Kind::found, {record()}}
                                                            : KeyAnswer{});
    }
    verifier.body(std::string_view(message).substr(header.body));
    const auto verdicts = verifier.finish();
    ASSERT_EQ(verdicts.size(), 200U);
    EXPECT_EQ(verdicts.back().result, author == "elsewhere.test" ? Result::policy : Result::pass) << author;
  }
}

TEST_F(VerifierTest, passes_what_was_signed_and_fails_what_was_changed) {
  auto message = plain();
  EXPECT_EQ(judged(message, record()).result, Result::pass);
  EXPECT_EQ(judged(message + "more\r\n", record()).reason, "body has changed");
  EXPECT_EQ(judged(message + "\r\n\r\n", record()).result, Result::pass);
  message.replace(message.find("a@example"), 1, "b");
  EXPECT_EQ(judged(message, record()).reason, "signature does not fit the header");
}

TEST_F(VerifierTest, obeys_the_key_records_flags) {
  EXPECT_EQ(judged(plain(), record("; s=other")).result, Result::permerror);
  EXPECT_EQ(judged(plain(), "v=DKIM1; k=ed25519; p=").reason, "key revoked");
  EXPECT_EQ(judged(plain(), "v=DKIM1; k=xxx; p=Zm9v").result, Result::permerror);
  EXPECT_EQ(judged(plain(), DkimKey::generate(KeyType::rsa)->record()).result, Result::permerror);
  auto sha1_only = record();
  sha1_only.replace(sha1_only.find("sha256"), 6, "sha1");
  EXPECT_EQ(judged(plain(), sha1_only).result, Result::permerror);
  EXPECT_TRUE(judged(plain(), record("; t=y")).testing);
  const auto below = signed_message([](Signature& s) {
    s.algorithm = Algorithm::ed25519_sha256;
    s.identity = "x@sub.example.org";
  });
  EXPECT_EQ(judged(below, record()).result, Result::pass);
  EXPECT_EQ(judged(below, record("; t=s")).result, Result::permerror);
}

TEST_F(VerifierTest, does_not_pass_a_body_that_grew_behind_l) {
  const auto limited = signed_message([](Signature& s) {
    s.algorithm = Algorithm::ed25519_sha256;
    s.body_length = 6;
  });
  EXPECT_EQ(judged(limited, record()).result, Result::pass);
  EXPECT_EQ(judged(limited + "more\r\n", record()).result, Result::policy);
  VerifyingPolicy lenient;
  lenient.partial_body_may_pass = true;
  const auto verdict = judged(limited + "more\r\n", record(), lenient);
  EXPECT_EQ(verdict.result, Result::pass);
  EXPECT_EQ(verdict.unsigned_octets, 6U);
  const auto beyond = signed_message([](Signature& s) {
    s.algorithm = Algorithm::ed25519_sha256;
    s.body_length = 7;
  });
  EXPECT_EQ(judged(beyond, record()).reason, "body is shorter than l=");
}

TEST_F(VerifierTest, tells_a_missing_key_from_one_that_cannot_be_had_now) {
  const auto message = plain();
  EXPECT_EQ(check(message, {}).front().result, Result::permerror);
  const auto header = message::parse_header(message).value();
  Verifier verifier({}, in_2018);
  EXPECT_EQ(verifier.header(header), std::vector<std::string>{"s._domainkey.example.org"});
  verifier.key("s._domainkey.example.org", {KeyAnswer::Kind::temporary_failure, {}});
  EXPECT_EQ(verifier.finish().front().result, Result::temperror);
  Verifier unanswered({}, in_2018);
  unanswered.header(header);
  EXPECT_EQ(unanswered.finish().front().result, Result::temperror);
}

TEST_F(VerifierTest, takes_the_first_record_that_is_a_key) {
  const auto message = plain();
  Verifier verifier({}, in_2018);
  const auto header = message::parse_header(message).value();
  verifier.header(header);
  verifier.body("body\r\n");
  verifier.key("s._domainkey.example.org", {KeyAnswer::Kind::found, {"v=spf1 -all", record()}});
  EXPECT_EQ(verifier.finish().front().result, Result::pass);
}

TEST_F(VerifierTest, looks_at_a_bounded_number_of_signatures) {
  std::string message;
  for (int i = 0; i < 30; ++i) message += "DKIM-Signature: v=1\r\n";
  const auto verdicts = check(message + plain(), {});
  ASSERT_EQ(verdicts.size(), 31U);
  EXPECT_EQ(verdicts[9].result, Result::neutral);
  EXPECT_EQ(verdicts[30].result, Result::policy);
}

std::string sign_with(const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>& key,
                      std::string_view digest) {
  std::string signature(64, '\0');
  std::size_t length = signature.size();
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(key.get(), nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY_sign_init(context.get());
  EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256());
  EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                reinterpret_cast<const unsigned char*>(digest.data()), digest.size());
  return signature;
}

TEST_F(VerifierTest, never_passes_an_rsa_key_of_512_bits) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(512), EVP_PKEY_free);
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(key.get(), &der);
  const auto p = to_base64({reinterpret_cast<const char*>(der), static_cast<std::size_t>(length)});
  OPENSSL_free(der);
  const auto message = signed_message([](Signature& s) { s.algorithm = Algorithm::rsa_sha256; }, "body\r\n",
                                      [&](std::string_view digest) { return sign_with(key, digest); });
  const auto verdict = judged(message, "p=" + p);
  EXPECT_EQ(verdict.result, Result::policy);
  EXPECT_EQ(verdict.reason, "RSA key of fewer than 1024 bits");
  EXPECT_FALSE(DkimKey::generate(KeyType::rsa, 768));
}

}  // namespace
}  // namespace scop::dkim
