#include "mime_text/message.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "mime_text/charset.hpp"
#include "mime_text/url.hpp"

using namespace scop::mime_text;

namespace {

constexpr std::string_view mixed =
    "From: a@example.org\nContent-Type: multipart/mixed; boundary=\"b\"\n\n"
    "--b\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
    "quoted-printable\n\ncaf=E9=\n!\n"
    "--b\nContent-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\naGVs\nbG8\n--b--\n";

double seconds_for(const std::string& octets) {
  const auto begin = std::chrono::steady_clock::now();
  static_cast<void>(Message::read(octets));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST(Message, reads_parts_of_a_message_with_bare_line_feeds) {
  const auto message = Message::read(mixed);
  ASSERT_EQ(message.parts().size(), 2U);
  EXPECT_EQ(decode_body(message.parts()[0], 1'000), "caf\xe9!\r\n");
  EXPECT_EQ(message.parts()[1].file_name, "x.pdf");
  EXPECT_EQ(decode_body(message.parts()[1], 1'000), "hello");
  EXPECT_EQ(decode_body(message.parts()[1], 3), "hel");
  EXPECT_EQ(message.containers(), std::vector<std::string>{"multipart/mixed"});
  EXPECT_TRUE(message.oddities().empty());
}

TEST(Message, names_the_bound_that_ten_thousand_levels_pass_and_ends_quickly) {
  std::string bomb;
  for (int i = 0; i < 10'000; ++i) {
    bomb += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" +
            std::to_string(i) + "\r\n";
  }
  const auto message = Message::read(bomb);
  ASSERT_FALSE(message.oddities().empty());
  EXPECT_EQ(message.oddities().front(), Oddity::too_deep);
  EXPECT_LT(seconds_for(bomb), 2);
}

TEST(Message, looks_at_a_bounded_number_of_fields) {
  std::string bomb;
  for (int i = 0; i < 100'000; ++i) bomb += "X-A: b\r\n";
  bomb += "\r\nbody";
  const auto message = Message::read(bomb);
  EXPECT_EQ(message.fields().size(), most_fields);
  EXPECT_EQ(message.oddities().front(), Oddity::too_many_fields);
  EXPECT_EQ(message.body(), "body");
}

TEST(Message, cuts_a_field_of_a_megabyte) {
  const auto octets = "Subject: " + std::string(1'000'000, 'a') + "\r\n\r\n";
  const auto message = Message::read(octets);
  EXPECT_EQ(message.fields().front().value.size(), most_field_octets);
}

TEST(Charsets, keeps_the_last_letter_where_a_mark_could_have_joined_it) {
  Charsets charsets;
  EXPECT_EQ(charsets.to_utf8("windows-1255", "\xe5\xed").text, "\u05d5\u05dd");
  EXPECT_EQ(charsets.to_utf8("windows-1258", "\xe2").text, "\u00e2");
}

TEST(Charsets, decodes_known_names_and_notes_unknown_ones) {
  Charsets charsets;
  EXPECT_EQ(charsets.to_utf8("ISO-8859-1", "caf\xe9").text, "café");
  EXPECT_EQ(charsets.to_utf8("koi8-r", "\xd0\xd2").text, "пр");
  EXPECT_EQ(charsets.to_utf8("utf-8", "a\xff").text, "a\xef\xbf\xbd");
  EXPECT_FALSE(charsets.to_utf8("x-none", "caf\xe9").known);
  EXPECT_EQ(charsets.decode_field(" =?utf-8?Q?a_b?=\r\n =?iso-8859-1?B?6Q==?= c").text, "a bé c");
}

TEST(Url, takes_apart_what_phishers_write) {
  const auto url = parse_url("HTTP://paypal.com@EVIL%2eexample:8080/login?x=1");
  EXPECT_EQ(url, (Url{"http", "paypal.com", "evil.example", "8080", "/login?x=1"}));
  EXPECT_EQ(find_urls("see http://a.example/b. or www.c.example", 10),
            (std::vector<std::string_view>{"http://a.example/b", "www.c.example"}));
}
