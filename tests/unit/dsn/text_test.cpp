#include "dsn/text.hpp"

#include <gtest/gtest.h>

#include "dsn/encoded_words.hpp"
#include "dsn/words.hpp"

namespace scop::dsn {
namespace {

TEST(DsnText, WhatARemoteSaidStaysOnOneLine) {
  EXPECT_EQ(one_line("550 no\r\nBcc: x@y\r\n\r\nbody", 100), "550 no Bcc: x@y body");
  EXPECT_EQ(one_line("gr\xc3\xbc\xc3\x9f", 4), "gr\xc3\xbc");
  EXPECT_EQ(one_line("\xff\xfe", 10), "??");
  EXPECT_EQ(one_ascii_line("gr\xc3\xbc", 10), "gr??");
}

TEST(DsnText, LongFieldsAreFoldedAndEndlessWordsCut) {
  const auto folded = field("X", std::string(3000, 'a') + " b c");
  EXPECT_TRUE(folded.ends_with("\r\n"));
  std::size_t from = 0;
  for (auto at = folded.find("\r\n"); at != std::string::npos; at = folded.find("\r\n", from)) {
    EXPECT_LE(at - from, 998U);
    from = at + 2;
  }
}

TEST(DsnText, AQuotedOriginalHasCleanLinesWhateverItWas) {
  EXPECT_EQ(quotable("a\rb\nc\r\nd", 100), "a\r\nb\r\nc\r\nd\r\n");
  EXPECT_EQ(quotable(std::string_view("a\0b", 3), 100), "a?b\r\n");
  EXPECT_EQ(quotable("12345678\r\n12345678\r\n", 15), "12345678\r\n");
  EXPECT_EQ(quotable(std::string(2000, 'x'), 5000).size(), 2000U + 6);
}

TEST(DsnText, StatusCodesAreCheckedNotTrusted) {
  for (const auto* good : {"5.1.1", "4.4.7", "2.0.0", "5.1.10"}) EXPECT_TRUE(is_status(good)) << good;
  for (const auto* bad : {"", "5.1", "3.1.1", "5.1.1.1", "5.1.1234", "5.a.1", "5..1"})
    EXPECT_FALSE(is_status(bad)) << bad;
}

TEST(DsnText, EncodedSubjectsAreShownAsPeopleWroteThem) {
  EXPECT_EQ(decode_words("=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus?= =?utf-8?B?IEvDtmxu?= now"),
            "Gr\xc3\xbc\xc3\x9f"
            "e aus K\xc3\xb6ln now");
  EXPECT_EQ(decode_words("=?latin1?Q?=FC?= x"), "=?latin1?Q?=FC?= x");
  EXPECT_EQ(decode_words("=?UTF-8?Q?=C?= =?UTF-8?B?!?= =?="), "=?UTF-8?Q?=C?= =?UTF-8?B?!?= =?=");
}

TEST(DsnText, AdviceGoesByTheExactStatusFirst) {
  EXPECT_NE(advice_for(Action::failed, "5.1.1"), advice_for(Action::failed, "5.1.10"));
  EXPECT_NE(advice_for(Action::failed, "5.9.9"), "");
  EXPECT_EQ(advice_for(Action::delayed, "4.4.1"), "");
}

}  // namespace
}  // namespace scop::dsn
