#include "key_life/ledger.hpp"

#include <gtest/gtest.h>

namespace scop::key_life {
namespace {

Ledger ledger() {
  Ledger made;
  made.at = Time(Span(1'795'000'000'123));
  made.last = {"r20261121b", "e20261121a"};
  made.keys.push_back({.selector = "r20261121b",
                       .type = dkim::KeyType::rsa,
                       .stage = Stage::retired,
                       .since = Time(Span(1'794'000'000'000)),
                       .age = Span(17),
                       .settled = true,
                       .urgent = true,
                       .record = "v=DKIM1; k=rsa; h=sha256; p=MIIB"});
  made.keys.push_back({.selector = "mail.eu", .type = dkim::KeyType::ed25519, .wait = Span(3'600'000)});
  return made;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  return text.replace(text.find(what), what.size(), with);
}

TEST(Ledger, comes_back_as_it_was_written) {
  const auto read = parse_ledger(to_text(ledger()));
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, ledger());
  EXPECT_EQ(parse_ledger(to_text({})), Ledger{});
}

TEST(Ledger, cut_anywhere_is_refused) {
  const auto text = to_text(ledger());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_ledger(std::string_view(text).substr(0, size))) << size;
  }
}

TEST(Ledger, of_a_later_version_is_named_so) {
  const auto read = parse_ledger("scop-key-life 2\nanything");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::unsupported);
}

TEST(Ledger, that_nobody_wrote_is_refused_with_its_line) {
  const auto text = to_text(ledger());
  const std::pair<std::string_view, std::string_view> changes[] = {
      {"retired", "signed"},     {" rsa ", " dsa "},     {"17", "-17"},
      {" 17 ", " 017 "},         {"settled", "Settled"}, {"mail.eu", "mail..eu"},
      {"mail.eu", "r20261121b"}, {"end", "key"},         {"last r", "last x"},
      {"making", "signing"},     {"at ", "at  "},        {"p=MIIB", "p=\x01"}};
  for (const auto& [what, with] : changes) {
    const auto read = parse_ledger(replaced(text, what, with));
    ASSERT_FALSE(read) << with;
    EXPECT_NE(read.error().what.find("line"), std::string::npos);
  }
}

TEST(Ledger, of_too_many_keys_is_refused) {
  Ledger many;
  for (std::size_t i = 0; i <= most_keys; ++i) many.keys.push_back({.selector = "s" + std::to_string(i)});
  EXPECT_FALSE(parse_ledger(to_text(many)));
  many.keys.pop_back();
  EXPECT_TRUE(parse_ledger(to_text(many)));
}

}  // namespace
}  // namespace scop::key_life
