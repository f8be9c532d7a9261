#include "fixup/header.hpp"

#include <gtest/gtest.h>

#include "core/ascii.hpp"
#include "message/header.hpp"
#include "message/transfer.hpp"

namespace scop::fixup {
namespace {

using namespace std::chrono_literals;

const Circumstances plain{"mail.example", "unique", Time(std::chrono::sys_days(2026y / 11 / 21)), false};
const Circumstances with_utf8{"mail.example", "unique", Time(std::chrono::sys_days(2026y / 11 / 21)), true};
const std::string complete =
    "Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <a@b>\r\nFrom: a@b.example\r\n";

std::string fixed(const std::string& message, const Circumstances& circumstances = plain) {
  const auto header = fix_header(message, circumstances);
  EXPECT_TRUE(header) << message << ": " << (header ? "" : smtp::in_one_line(header.error()));
  return header ? header->octets : "";
}

std::string refused(const std::string& message, const Circumstances& circumstances = plain) {
  const auto header = fix_header(message, circumstances);
  EXPECT_FALSE(header) << message;
  return header ? "" : smtp::in_one_line(header.error());
}

TEST(Header, that_is_complete_stays_as_it_is) {
  EXPECT_EQ(fixed(complete + "Subject: x\r\n\r\nbody"), complete + "Subject: x\r\n\r\n");
  EXPECT_EQ(fix_header(complete + "\r\nbody", plain)->body, complete.size() + 2);
}

TEST(Header, gets_date_and_message_id) {
  EXPECT_EQ(fixed("From: a@b.example\r\n\r\n"),
            "Date: Sat, 21 Nov 2026 00:00:00 +0000\r\nMessage-ID: <unique@mail.example>\r\nFrom: "
            "a@b.example\r\n\r\n");
}

TEST(Header, loses_bcc_and_return_path_folded_or_not) {
  EXPECT_EQ(
      fixed("BCC: x@y,\r\n z@y\r\nReturn-Path: <x@y>\r\nResent-Bcc: q@r\r\n" + complete + "Bcc:\r\n\r\n"),
      complete + "\r\n");
}

TEST(Header, loses_results_that_claim_to_be_ours) {
  const std::string others = "Authentication-Results: other.example; spf=pass\r\n";
  EXPECT_EQ(fixed("Authentication-Results: mail.example; dkim=pass\r\n" + others + complete + "\r\n"),
            others + complete + "\r\n");
}

TEST(Header, wants_one_from_with_addresses) {
  EXPECT_NE(refused("Subject: x\r\n\r\n").find("554 5.6.0 Message has no From"), std::string::npos);
  EXPECT_NE(refused("From: a@b.example\r\nfrom: c@d.example\r\n\r\n").find("more than one From"),
            std::string::npos);
  for (const std::string value : {"", "a", "<a@b", "a@b c@d", "undisclosed:;", "a@b.example,,<"})
    refused("From: " + value + "\r\n\r\n");
  EXPECT_EQ(fix_header("From: A <a@b.example>\r\n\r\n", plain)->authors,
            std::vector<std::string>{"a@b.example"});
}

TEST(Header, wants_sender_where_from_has_several) {
  refused("From: a@b.example, c@d.example\r\n\r\n");
  const auto header = fix_header("From: a@b.example, c@d.example\r\nSender: e@f.example\r\n\r\n", plain);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->authors, (std::vector<std::string>{"a@b.example", "c@d.example", "e@f.example"}));
  refused("From: a@b.example\r\nSender: a@b.example, c@d.example\r\n\r\n");
}

TEST(Header, wants_fields_once) {
  for (const std::string name : {"Subject", "To", "Date", "Message-ID", "Content-Type", "Reply-To"}) {
    refused(name + ": a@b.example\r\n" + name + ": a@b.example\r\nFrom: a@b.example\r\n\r\n");
  }
  fixed("Received: x\r\nReceived: y\r\nComments: a\r\nComments: b\r\n" + complete + "\r\n");
}

TEST(Header, refuses_lines_that_are_no_fields) {
  for (const std::string line : {"From a@b Sat", "no colon", " begins with space", ": no name", "na me: x"}) {
    refused(line + "\r\n" + complete + "\r\n");
  }
  refused("Date: yesterday\r\nFrom: a@b.example\r\n\r\n");
}

TEST(Header, refuses_octets_that_are_neither_ascii_nor_utf8) {
  refused(complete + "Subject: \xe4\r\n\r\n", with_utf8);
}

TEST(Header, keeps_utf8_where_it_was_declared) {
  const auto header = fix_header(complete + "Subject: \xc3\xbc\r\n\r\n", with_utf8);
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->has_utf8);
  EXPECT_EQ(header->octets, complete + "Subject: \xc3\xbc\r\n\r\n");
}

TEST(Header, encodes_utf8_in_text_and_names_where_it_was_not) {
  const auto octets = fixed(
      "From: \"J\xc3\xbcrgen, X\" <a@b.example>\r\nSubject: gr\xc3\xbc\xc3\x9f"
      "e\r\n\r\n");
  EXPECT_TRUE(ascii::is_all_ascii(octets));
  EXPECT_NE(octets.find("Subject: =?UTF-8?B?Z3LDvMOfZQ==?=\r\n"), std::string::npos) << octets;
  EXPECT_NE(octets.find("<a@b.example>"), std::string::npos);
}

TEST(Header, encodes_long_utf8_text_in_lines_of_at_most_76) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\xe2\x82\xac ";
  const auto octets =
      fixed(complete + "X-A-Rather-Long-Name-Of-A-Field: " + text + "\r\nSubject: " + text + "\r\n\r\n");
  EXPECT_LE(message::longest_line(octets), 78U);
  EXPECT_TRUE(ascii::is_all_ascii(octets));
  EXPECT_EQ(octets.find("Subject:\r\n"), std::string::npos);
}

TEST(Header, refuses_utf8_where_ascii_cannot_say_it) {
  EXPECT_NE(refused("From: \xc3\xbc@b.example\r\n\r\n").find("5.6.7"), std::string::npos);
  refused(complete + "Content-Type: text/plain; name=\"\xc3\xbc\"\r\n\r\n");
}

TEST(Header, folds_lines_over_998) {
  std::string references = "References:";
  for (int i = 0; i < 60; ++i) references += " <aaaaaaaaaaaaaaaaaaaaaaaa@example.org>";
  const auto octets = fixed(complete + references + "\r\n\r\n");
  EXPECT_LE(message::longest_line(octets), 998U);
  EXPECT_EQ(message::unfold(message::find(*message::parse_header(octets), "References")->value),
            references.substr(12));
  EXPECT_NE(refused(complete + "X: " + std::string(1000, 'x') + "\r\n\r\n").find("word of more than 998"),
            std::string::npos);
  refused(complete + "X: x" + std::string(1200, ' ') + "\r\n\r\n");
}

TEST(Header, too_large_is_refused) { refused(complete + "X: " + std::string(300'000, ' ') + "\r\n\r\n"); }

TEST(Header, without_an_empty_line_gets_one) { EXPECT_EQ(fixed(complete), complete + "\r\n"); }

}  // namespace
}  // namespace scop::fixup
