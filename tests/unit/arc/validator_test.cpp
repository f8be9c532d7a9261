#include "arc/validator.hpp"

#include <gtest/gtest.h>

#include "chain.hpp"

namespace scop::arc {
namespace {

using Clock = std::chrono::steady_clock;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Validator, finds_no_chain_where_there_is_none) {
  const Chain chain;
  const auto verdict = validate(chain.message, {});
  EXPECT_EQ(verdict.status, ChainStatus::none);
  EXPECT_EQ(verdict.sets, 0U);
}

TEST(Validator, names_the_sealers_of_a_chain_that_passes) {
  Chain chain;
  chain.seal_times(3);
  const auto verdict = validate(chain.message, chain.records);
  EXPECT_EQ(verdict.status, ChainStatus::pass) << verdict.reason;
  EXPECT_EQ(verdict.sets, 3U);
  EXPECT_EQ(verdict.sealers, std::vector<std::string>(3, "list.example"));
}

TEST(Validator, takes_fifty_sets_and_refuses_the_fifty_first_within_a_second) {
  Chain chain(dkim::KeyType::rsa);
  chain.seal_times(50);
  const auto began = Clock::now();
  const auto verdict = validate(chain.message, chain.records);
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(1));
  EXPECT_EQ(verdict.status, ChainStatus::pass) << verdict.reason;
  EXPECT_EQ(verdict.sets, 50U);
  EXPECT_EQ(chain.try_seal(ChainStatus::pass).error().kind, ErrorKind::conflict);
  // A set of the highest number again, and one that is numbered 51.
  auto more = chain.message.substr(0, chain.message.find("ARC-Seal", 1));
  EXPECT_EQ(validate(more + chain.message, chain.records).status, ChainStatus::fail);
  const auto numbered = replaced(replaced(replaced(more, "i=50", "i=51"), "i=50", "i=51"), "i=50", "i=51");
  EXPECT_EQ(validate(numbered + chain.message, chain.records).status, ChainStatus::fail);
}

TEST(Validator, fails_a_bomb_of_arc_fields_without_asking_for_a_key) {
  std::string text;
  for (int i = 0; i < 900; ++i) text += "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=d.example; s=s; b=AAAA\r\n";
  const auto header = message::parse_header(text).value();
  Validator validator(sealed_at);
  EXPECT_TRUE(validator.header(header).empty());
  EXPECT_EQ(validator.finish().status, ChainStatus::fail);
}

TEST(Validator, fails_a_chain_whose_body_header_or_results_have_changed) {
  Chain chain;
  chain.seal_times(2);
  for (const auto& [from, to] : {std::pair{"Hello.", "Hullo."},
                                 {"Subject: chain", "Subject: chair"},
                                 {"dmarc=pass", "dmarc=fail"},
                                 {"cv=none", "cv=pass"},
                                 {"cv=pass", "cv=fail"},
                                 {"From: a@", "From: e@evil.example\r\nFrom: a@"}}) {
    const auto verdict = validate(replaced(chain.message, from, to), chain.records);
    EXPECT_EQ(verdict.status, ChainStatus::fail) << from;
    EXPECT_FALSE(verdict.reason.empty());
  }
}

TEST(Validator, tells_a_key_that_is_missing_from_one_that_cannot_be_had_now) {
  Chain chain;
  chain.seal_times(1);
  const auto missing = validate(chain.message, {});
  EXPECT_EQ(missing.status, ChainStatus::fail);
  EXPECT_FALSE(missing.temporary);
  const auto header = message::parse_header(chain.message).value();
  Validator validator(sealed_at);
  EXPECT_EQ(validator.header(header), std::vector<std::string>{"s._domainkey.list.example"});
  validator.body(std::string_view(chain.message).substr(header.body));
  const auto verdict = validator.finish();
  EXPECT_EQ(verdict.status, ChainStatus::fail);
  EXPECT_TRUE(verdict.temporary);
}

TEST(Validator, does_not_take_text_that_was_appended_behind_l) {
  Chain chain;
  chain.seal_times(1);
  // l= of the whole body is an ordinary, if unwise, signature; here it only has to be looked at.
  auto text = replaced(chain.message, "c=relaxed/relaxed;", "c=relaxed/relaxed; l=1;");
  EXPECT_EQ(validate(text, chain.records).status, ChainStatus::fail);
}

}  // namespace
}  // namespace scop::arc
