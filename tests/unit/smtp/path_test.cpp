#include "smtp/path.hpp"

#include <gtest/gtest.h>

#include "smtp/xtext.hpp"

namespace scop::smtp {
namespace {

Outcome<Path> forward(std::string_view text) { return take_forward_path(text); }
Outcome<Path> reverse(std::string_view text) { return take_reverse_path(text); }

TEST(Path, reads_a_mailbox_in_angle_brackets) {
  EXPECT_EQ(forward("<a.b+c@example.org>"), (Path{"a.b+c", "example.org"}));
}

TEST(Path, drops_a_source_route) {
  EXPECT_EQ(forward("<@one.example,@two.example:a@example.org>"), (Path{"a", "example.org"}));
  for (const auto* text :
       {"<@one.example a@b.c>", "<@one.example,:a@b.c>", "<@one.example,two:a@b.c>", "<@a:>", "<@a"}) {
    EXPECT_FALSE(forward(text)) << text;
  }
}

TEST(Path, unquotes_local_parts_and_quotes_them_again) {
  const auto path = forward(R"(<"a \"b\\ c"@example.org>)");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->local_part, R"(a "b\ c)");
  EXPECT_EQ(path->text(), R"(<"a \"b\\ c"@example.org>)");
  EXPECT_EQ(forward(R"(<"plain"@example.org>)")->address(), "plain@example.org");
}

TEST(Path, takes_address_literals_that_are_addresses) {
  for (const auto* text : {"<a@[192.0.2.1]>", "<a@[IPv6:2001:db8::1]>", "<a@[tag:x]>"})
    EXPECT_TRUE(forward(text)) << text;
  for (const auto* text :
       {"<a@[192.0.2]>", "<a@[IPv6:192.0.2.1]>", "<a@[192.0.2.1>", "<a@[]>", "<a@[x]>", "<a@[tag:]>"}) {
    EXPECT_FALSE(forward(text)) << text;
  }
}

TEST(Path, takes_utf8_and_says_so) {
  const auto path = forward(
      "<gr\xc3\xbc\xc3\x9f"
      "e@b\xc3\xbc"
      "cher.example>");
  ASSERT_TRUE(path);
  EXPECT_TRUE(path->needs_smtputf8());
  EXPECT_FALSE(forward("<\xff@example.org>"));
  EXPECT_FALSE(forward("<a@\xc3.example>"));
}

TEST(Path, knows_the_null_reverse_path_and_postmaster) {
  EXPECT_TRUE(reverse("<>")->is_null());
  EXPECT_FALSE(forward("<>"));
  EXPECT_EQ(forward("<PostMaster>")->address(), "postmaster");
  EXPECT_FALSE(reverse("<postmaster>"));
}

TEST(Path, refuses_what_the_grammar_refuses) {
  for (const auto* text : {"a@b",      "<a@b",         "<a>",     "<@>",     "<a@>",   "<.a@b>",  "<a.@b>",
                           "<a..b@c>", "<a b@c>",      "<a@b c>", "<a@b.>",  "<a@-b>", "<a@b_c>", "<\"a@b>",
                           "<\"\"@b>", "<\"a\rb\"@c>", "<a@b\n>", "<a@b@c>", "< a@b>", ""}) {
    EXPECT_FALSE(forward(text)) << text;
  }
}

TEST(Path, keeps_the_bounds_of_rfc_5321_4_5_3_1) {
  const std::string local(64, 'a');
  EXPECT_TRUE(forward("<" + local + "@example.org>"));
  EXPECT_FALSE(forward("<a" + local + "@example.org>"));
  std::string domain;
  while (domain.size() < 180) domain += "abcdefgh.";
  EXPECT_TRUE(forward("<" + local + "@" + domain + "org>"));
  while (domain.size() < 240) domain += "abcdefgh.";
  EXPECT_FALSE(forward("<" + local + "@" + domain + "org>"));
}

TEST(Xtext, round_trips_every_octet) {
  std::string octets;
  for (int i = 0; i < 256; ++i) octets += static_cast<char>(i);
  EXPECT_EQ(from_xtext(to_xtext(octets)), octets);
  EXPECT_EQ(to_xtext("a+b=c d"), "a+2Bb+3Dc+20d");
  for (const auto* text : {"a=b", "a b", "+", "+2", "+2b", "+GG", "\xc3\xbc"})
    EXPECT_EQ(from_xtext(text), std::nullopt) << text;
}

TEST(Xtext, decodes_the_types_of_orcpt) {
  EXPECT_EQ(decode_orcpt("RFC822;a+2Bb@c.example"), "rfc822;a+b@c.example");
  EXPECT_EQ(decode_orcpt("utf-8;\\x{FC}@c.example"), "utf-8;\xc3\xbc@c.example");
  EXPECT_EQ(encode_orcpt("utf-8;\xc3\xbc@c.example"), "utf-8;\\x{FC}@c.example");
  EXPECT_EQ(encode_orcpt("rfc822;a+b@c.example"), "rfc822;a+2Bb@c.example");
}

TEST(Xtext, lets_no_line_end_into_a_delivery_report) {
  for (const auto* text :
       {"rfc822;a+0D+0AX:y", "utf-8;a\\x{0A}", "rfc822;", ";a", "rfc822", "utf-8;\\x{D800}", "utf-8;\\y"}) {
    EXPECT_EQ(decode_orcpt(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace scop::smtp
