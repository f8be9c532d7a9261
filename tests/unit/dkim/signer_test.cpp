#include "dkim/signer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "check.hpp"

namespace scop::dkim {
namespace {

constexpr std::string_view head =
    "Received: one\r\nFrom: a@example.org\r\nTo: b@example.net\r\nTo: c@example.net\r\nSubject: x\r\n y\r\n";
constexpr std::string_view body = "one  two \r\n\r\nthree\r\n\r\n";

struct Signed {
  std::vector<std::string> values;
  Records records;
  std::string text() const {
    std::string out;
    for (const auto& value : values) out += "DKIM-Signature:" + value + "\r\n";
    return out + std::string(head) + "\r\n" + std::string(body);
  }
};

Signed sign_twice(const SigningPolicy& policy = {}) {
  auto rsa = DkimKey::generate(KeyType::rsa).value();
  auto ed25519 = DkimKey::generate(KeyType::ed25519).value();
  Signer signer(policy);
  signer.body(body.substr(0, 7));
  signer.body(body.substr(7));
  const auto header = message::parse_header(head).value();
  const std::vector<SigningKeyView> keys{{"example.org", "r", rsa}, {"example.org", "e", ed25519}};
  return {signer.sign(header.fields, keys, in_2018).value(),
          {{"r._domainkey.example.org", rsa.record()}, {"e._domainkey.example.org", ed25519.record()}}};
}

TEST(Signer, signs_with_every_key_in_one_pass) {
  const auto done = sign_twice();
  const auto verdicts = check(done.text(), done.records);
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_EQ(verdicts[0].result, Result::pass) << verdicts[0].reason;
  EXPECT_EQ(verdicts[0].algorithm, "rsa-sha256");
  EXPECT_EQ(verdicts[1].result, Result::pass) << verdicts[1].reason;
  EXPECT_EQ(verdicts[1].algorithm, "ed25519-sha256");
}

TEST(Signer, signs_in_every_pair_of_forms) {
  for (const auto header_form : {Canonical::simple, Canonical::relaxed}) {
    for (const auto body_form : {Canonical::simple, Canonical::relaxed}) {
      SigningPolicy policy;
      policy.header_form = header_form;
      policy.body_form = body_form;
      const auto done = sign_twice(policy);
      for (const auto& verdict : check(done.text(), done.records))
        EXPECT_EQ(verdict.result, Result::pass) << verdict.reason;
    }
  }
}

TEST(Signer, breaks_where_an_oversigned_field_is_added) {
  const auto done = sign_twice();
  for (const auto* field :
       {"From: x@y\r\n", "Subject: z\r\n", "To: d@e\r\n", "Cc: d@e\r\n", "Date: x\r\n", "Reply-To: d@e\r\n",
        "MIME-Version: 1.0\r\n", "Content-Type: text/html\r\n", "Sender: d@e\r\n"}) {
    for (const auto& verdict : check(field + done.text(), done.records))
      EXPECT_EQ(verdict.result, Result::fail) << field;
  }
  for (const auto& verdict : check("Received: two\r\n" + done.text(), done.records))
    EXPECT_EQ(verdict.result, Result::pass);
}

TEST(Signer, names_each_core_field_once_more_than_it_occurs) {
  const auto header = message::parse_header(head).value();
  const auto names = names_to_sign({}, header.fields);
  EXPECT_EQ(std::ranges::count(names, "To"), 3);
  EXPECT_EQ(std::ranges::count(names, "From"), 2);
  EXPECT_EQ(std::ranges::count(names, "Cc"), 1);
  EXPECT_EQ(std::ranges::count(names, "Received"), 0);
  EXPECT_EQ(std::ranges::count(names, "List-Id"), 0);
}

TEST(Signer, lets_signatures_expire_where_asked) {
  SigningPolicy policy;
  policy.lifetime = std::chrono::hours(24);
  const auto done = sign_twice(policy);
  EXPECT_EQ(check(done.text(), done.records, {}, in_2018 + std::chrono::hours(24)).front().result,
            Result::pass);
  EXPECT_EQ(check(done.text(), done.records, {}, in_2018 + std::chrono::hours(25)).front().result,
            Result::policy);
}

}  // namespace
}  // namespace scop::dkim
