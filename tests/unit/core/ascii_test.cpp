#include "core/ascii.hpp"

#include <gtest/gtest.h>

#include "core/id.hpp"
#include "core/secret.hpp"

namespace scop {
namespace {

TEST(Ascii, folds_case_of_letters_alone) {
  EXPECT_TRUE(ascii::equals_ignoring_case("EHLO", "ehlo"));
  EXPECT_FALSE(ascii::equals_ignoring_case("[", "{"));
  EXPECT_EQ(ascii::to_lower("\xc3\x84"
                            "A"),
            "\xc3\x84"
            "a");
}

TEST(Ascii, splits_at_every_separator) {
  EXPECT_EQ(ascii::split("a,,b", ',').size(), 3U);
  EXPECT_EQ(ascii::split("", ',').size(), 1U);
}

TEST(Ascii, parses_unsigned_numbers_up_to_64_bits) {
  EXPECT_EQ(ascii::parse_unsigned("18446744073709551615"), UINT64_MAX);
  for (const auto* text : {"", "-1", "+1", "1 ", "18446744073709551616", "99999999999999999999999"}) {
    EXPECT_EQ(ascii::parse_unsigned(text), std::nullopt) << text;
  }
}

TEST(Ascii, takes_only_shortest_utf8_without_surrogates) {
  EXPECT_TRUE(ascii::is_utf8("gr\xc3\xbc\xc3\x9f \xf0\x9f\x93\xa7"));
  for (const auto* text : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xc3"}) {
    EXPECT_FALSE(ascii::is_utf8(text)) << ascii::printable(text);
  }
}

TEST(Ascii, shows_controls_as_hex) { EXPECT_EQ(ascii::printable("a\r\n\x80"), "a\\x0d\\x0a\\x80"); }

TEST(Id, round_trips_as_text_and_octets) {
  const auto id = Id::random();
  EXPECT_EQ(Id::from_text(id.text()), id);
  EXPECT_EQ(Id::from_octets(id.octets()), id);
  EXPECT_EQ(id.text().size(), 32U);
  EXPECT_EQ(Id::from_text("00"), std::nullopt);
  EXPECT_NE(Id::random(), id);
}

TEST(Secret, moves_its_octets_and_compares_in_constant_time) {
  Secret one("password");
  const Secret two(std::move(one));
  EXPECT_EQ(two.reveal(), "password");
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace scop
