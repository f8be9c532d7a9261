#include "message/transfer.hpp"

#include <gtest/gtest.h>

#include "core/ascii.hpp"

namespace scop::message {
namespace {

TEST(QuotedPrintable, encodes_what_may_not_travel_and_keeps_line_ends) {
  EXPECT_EQ(encode_quoted_printable("a=b \r\nc\xc3\xbc\t\r\n"), "a=3Db=20\r\nc=C3=BC=09\r\n");
  EXPECT_EQ(encode_quoted_printable("From x\r\n.\r\n"), "=46rom x\r\n=2E\r\n");
  EXPECT_EQ(encode_quoted_printable("a\rb\nc"), "a=0Db=0Ac");
}

TEST(QuotedPrintable, round_trips_with_lines_of_at_most_76) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += static_cast<char>(i * 31 % 256);
  text += "\r\n" + std::string(76, 'x') + "\r\n" + std::string(75, 'y') + " \r\n" + std::string(2'000, ' ');
  const auto encoded = encode_quoted_printable(text);
  EXPECT_LE(longest_line(encoded), 76U);
  EXPECT_EQ(decode_quoted_printable(encoded), text);
  EXPECT_EQ(encode_quoted_printable(std::string(76, 'x')), std::string(76, 'x'));
}

TEST(QuotedPrintable, keeps_what_is_no_escape) {
  EXPECT_EQ(decode_quoted_printable("a=ZZ=\r\nb= \t\r\nc=4"), "a=ZZbc=4");
  EXPECT_EQ(decode_quoted_printable("="), "=");
}

TEST(Base64Body, round_trips_in_lines_of_76) {
  const std::string octets(200, '\xfe');
  const auto encoded = encode_base64_lines(octets);
  EXPECT_EQ(longest_line(encoded), 76U);
  EXPECT_TRUE(encoded.ends_with("\r\n"));
  EXPECT_EQ(decode_base64_body(encoded), octets);
  EXPECT_EQ(encode_base64_lines(""), "");
  EXPECT_EQ(decode_base64_body("Zg"), std::nullopt);
}

TEST(TransferEncoding, reads_names_in_any_case_with_comments) {
  EXPECT_EQ(parse_transfer_encoding(" BASE64 (x)"), TransferEncoding::base64);
  EXPECT_EQ(parse_transfer_encoding("8BIT"), TransferEncoding::eight_bit);
  EXPECT_EQ(parse_transfer_encoding("uuencode"), TransferEncoding::unknown);
  EXPECT_EQ(parse_transfer_encoding("7bit 8bit"), TransferEncoding::unknown);
}

TEST(LongestLine, counts_octets_without_line_ends) {
  EXPECT_EQ(longest_line("a\r\nbcd\r\n"), 3U);
  EXPECT_EQ(longest_line("ab\n"), 2U);
  EXPECT_EQ(longest_line("abcd"), 4U);
  EXPECT_EQ(longest_line(""), 0U);
}

}  // namespace
}  // namespace scop::message
