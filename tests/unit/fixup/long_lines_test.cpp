#include "fixup/long_lines.hpp"

#include <gtest/gtest.h>

#include "message/transfer.hpp"

namespace scop::fixup {
namespace {

const std::string mime = "From: a@b\r\nMIME-Version: 1.0\r\n";
const std::string wide(2000, 'x');

std::string shortened(const std::string& message) {
  const auto out = shorten_lines(message);
  EXPECT_TRUE(out) << (out ? "" : smtp::in_one_line(out.error()));
  if (!out) return {};
  EXPECT_LE(message::longest_line(*out), 998U);
  return *out;
}

std::string body_of(const std::string& message) { return message.substr(message.find("\r\n\r\n") + 4); }

TEST(LongLines, leave_a_message_without_them_alone) {
  const std::string message = mime + "\r\n" + std::string(998, 'x') + "\r\n";
  EXPECT_EQ(shortened(message), message);
}

TEST(LongLines, in_a_bare_message_make_it_mime) {
  const auto out = shortened("From: a@b\r\n\r\n" + wide + "\r\n");
  EXPECT_NE(out.find("MIME-Version: 1.0\r\nContent-Type: text/plain; "
                     "charset=us-ascii\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"),
            std::string::npos);
  EXPECT_EQ(message::decode_quoted_printable(body_of(out)), wide + "\r\n");
}

TEST(LongLines, in_8bit_text_become_quoted_printable) {
  std::string text;
  for (int i = 0; i < 600; ++i) text += "\xc3\xbc=";
  const auto out =
      shortened(mime + "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
                text + "\r\n");
  EXPECT_EQ(out.find("8bit"), std::string::npos);
  EXPECT_EQ(message::decode_quoted_printable(body_of(out)), text + "\r\n");
}

TEST(LongLines, in_base64_are_broken) {
  std::string octets;
  for (int i = 0; i < 3000; ++i) octets += static_cast<char>(i * 31);
  auto encoded = message::encode_base64_lines(octets);
  std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
  const auto out = shortened(mime + "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                             encoded + "\r\n");
  EXPECT_EQ(message::decode_base64_body(body_of(out)), octets);
}

TEST(LongLines, change_their_part_alone) {
  const std::string before =
      mime +
      "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\nContent-Type: "
      "text/plain\r\n\r\nshort\r\n--b\r\n";
  const std::string after = "\r\n--b--\r\nepilogue\r\n";
  const auto out = shortened(before + "Content-Type: application/x\r\n\r\n" + wide + after);
  EXPECT_TRUE(
      out.starts_with(before + "Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n"));
  EXPECT_TRUE(out.ends_with(after));
}

TEST(LongLines, in_a_part_without_header_get_one) {
  const auto out = shortened(mime + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + wide +
                             "\r\n--b--\r\n");
  EXPECT_NE(out.find("--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nxxx"), std::string::npos);
}

TEST(LongLines, in_a_signed_part_are_refused) {
  const std::string message = mime + "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n" + wide +
                              "\r\n--b\r\n\r\ns\r\n--b--\r\n";
  EXPECT_FALSE(shorten_lines(message));
}

TEST(LongLines, where_nothing_can_be_encoded_are_refused) {
  EXPECT_FALSE(shorten_lines(mime + "Content-Transfer-Encoding: x-uuencode\r\n\r\n" + wide + "\r\n"));
  EXPECT_FALSE(shorten_lines(mime + "Content-Type: multipart/mixed\r\n\r\n" + wide + "\r\n"));
  EXPECT_FALSE(shorten_lines(mime + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + wide +
                             "\r\n--b\r\n\r\nx\r\n--b--\r\n"));
}

}  // namespace
}  // namespace scop::fixup
