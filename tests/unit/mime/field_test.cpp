#include "mime/field.hpp"

#include <gtest/gtest.h>

#include "mime/entity.hpp"

namespace scop::mime {
namespace {

std::string decoded(std::string_view name, std::string_view value) {
  mime_text::Charsets charsets;
  const Field field{std::string(name), "", lex(kind_of(name), value).tokens, LineEnd::crlf};
  EXPECT_EQ(encode(field.tokens), value);
  return decoded_value(field, charsets);
}

TEST(DecodedValue, JoinsEncodedWordsAndUnfolds) {
  EXPECT_EQ(decoded("Subject", " a\r\n b"), "a b");
  EXPECT_EQ(decoded("Subject", " =?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?B?w58=?= e"), "Grüß e");
  EXPECT_EQ(decoded("Subject", " =?iso-8859-1?q?a_b=e9?="), "a bé");
  EXPECT_EQ(decoded("Subject", " =?utf-8*en?Q?x?="), "x");
}

TEST(DecodedValue, JoinsACharacterThatTwoWordsShare) {
  EXPECT_EQ(decoded("Subject", " =?utf-8?Q?=C3?= =?utf-8?Q?=BC?="), "ü");
}

TEST(DecodedValue, LeavesWhatIsNoEncodedWord) {
  for (const std::string text : {"=?utf-8?X?a?=", "=??Q?a?=", "=?utf-8?Q?a", "=?", "=?a b?Q?x?="})
    EXPECT_EQ(decoded("Subject", " " + text), text);
  EXPECT_FALSE(lex(FieldKind::text, "=?utf-8?X?a?=").words_good);
}

TEST(DecodedValue, ReadsWordsWithWhiteSpaceInThemAndNamesTheFault) {
  EXPECT_EQ(decoded("Subject", " =?utf-8?Q?a b?="), "a b");
  EXPECT_EQ(decoded("Subject", " =?utf-8?Q?a\r\n _b?="), "a b");
  EXPECT_EQ(decoded("Subject", " =?utf-8?B?w7\r\n w=?= x"), "ü x");
  EXPECT_EQ(decoded("Subject", " =?utf-8?Q?a =?utf-8?Q?b?="), "=?utf-8?Q?a b");
  EXPECT_FALSE(lex(FieldKind::text, "=?utf-8?Q?a b?=").words_good);
}

TEST(DecodedValue, DecodesPhrasesAndLeavesQuotedStrings) {
  EXPECT_EQ(decoded("From", " =?utf-8?Q?J=C3=BC?= <j@example.org>"), "Jü <j@example.org>");
  EXPECT_EQ(decoded("From", R"( "a \"b\"" <j@example.org> (c\)))"), R"("a \"b\"" <j@example.org> (c\)))");
}

TEST(DecodedValue, ReadsRawOctetsAsUtf8OrAsWindows1252) {
  EXPECT_EQ(decoded("Subject", " caf\xc3\xa9"), "café");
  EXPECT_EQ(decoded("Subject", " caf\xe9"), "café");
}

TEST(Lex, SaysWhatDoesNotEnd) {
  EXPECT_FALSE(lex(FieldKind::structured, "\"a").balanced);
  EXPECT_FALSE(lex(FieldKind::structured, "(a").balanced);
  EXPECT_TRUE(lex(FieldKind::structured, "(a (b)) \"c\"").balanced);
}

// Each of these quotes could begin a string that ends nowhere: were each looked at to the end, a megabyte of
// them would take minutes.
TEST(Lex, LooksOnceForTheEndOfQuotesThatDoNotEnd) {
  std::string value = "\"";
  while (value.size() < (1U << 20U)) value += "\\\"";
  for (const auto kind : {FieldKind::structured, FieldKind::parameters}) {
    const auto lexed = lex(kind, value);
    EXPECT_FALSE(lexed.balanced);
    EXPECT_TRUE(encode(lexed.tokens) == value);
  }
}

TEST(Lex, LeadsBackToTheOctets) {
  for (const std::string value : {"\"a\\b\\\"\\\\\" c", "(\\(\\))", "=?utf-8?q?=41=e9_=5F?=",
                                  "=?UTF-8?b?YQ?=", "a=b;c=\"d;e\"", "\\", "<a@[1.2.3.4]>", "\r\n\t x  "}) {
    for (const auto kind : {FieldKind::text, FieldKind::opaque, FieldKind::structured, FieldKind::parameters})
      EXPECT_EQ(encode(lex(kind, value).tokens), value);
  }
}

}  // namespace
}  // namespace scop::mime
