#include "message/header.hpp"

#include <gtest/gtest.h>

#include "message/message_id.hpp"

namespace scop::message {
namespace {

TEST(Header, keeps_fields_raw_with_folding_and_offsets) {
  const std::string_view text = "From: a@b\r\nSubject: one\r\n two\r\nX:\r\n\r\nbody: no\r\n";
  const auto header = parse_header(text);
  ASSERT_TRUE(header);
  ASSERT_EQ(header->fields.size(), 3U);
  EXPECT_TRUE(header->complete);
  EXPECT_TRUE(header->malformed.empty());
  EXPECT_EQ(header->fields[1].name, "Subject");
  EXPECT_EQ(header->fields[1].value, " one\r\n two");
  EXPECT_EQ(header->fields[1].raw, "Subject: one\r\n two\r\n");
  EXPECT_EQ(text.substr(header->fields[1].offset, 8), "Subject:");
  EXPECT_EQ(header->fields[2].value, "");
  EXPECT_EQ(text.substr(header->body), "body: no\r\n");
  EXPECT_EQ(header->size, header->body - 2);
}

TEST(Header, reports_lines_that_are_no_fields_and_goes_on) {
  const auto header =
      parse_header(" leading fold\r\nFrom me Mon\r\n\tmore\r\nB\xc3\xa9: x\r\nA : y\r\n: z\r\n\r\n");
  ASSERT_TRUE(header);
  ASSERT_EQ(header->malformed.size(), 4U);
  EXPECT_EQ(header->malformed[1].raw, "From me Mon\r\n\tmore\r\n");
  ASSERT_EQ(header->fields.size(), 1U);
  EXPECT_EQ(header->fields[0].name, "A");
  EXPECT_EQ(header->fields[0].value, " y");
}

TEST(Header, takes_a_text_without_an_empty_line_as_header_alone) {
  const auto header = parse_header("A: b\r\nC: d");
  ASSERT_TRUE(header);
  EXPECT_FALSE(header->complete);
  EXPECT_EQ(header->fields.at(1).value, " d");
  EXPECT_EQ(header->body, 10U);
  EXPECT_TRUE(parse_header("").value().fields.empty());
  EXPECT_EQ(parse_header("\r\nbody").value().body, 2U);
}

TEST(Header, is_bounded_in_octets_and_fields) {
  std::string many;
  for (std::size_t i = 0; i < most_header_fields; ++i) many += "A: b\r\n";
  EXPECT_TRUE(parse_header(many + "\r\n"));
  EXPECT_EQ(parse_header(many + "A: b\r\n\r\n").error().kind, ErrorKind::too_large);
  const std::string fitting = "A: " + std::string(most_header_octets - 5, 'x') + "\r\n";
  EXPECT_TRUE(parse_header(fitting + "\r\n" + "body"));
  EXPECT_EQ(parse_header("A: x" + std::string(most_header_octets, 'x')).error().kind, ErrorKind::too_large);
  EXPECT_EQ(parse_header("B" + fitting + "\r\n").error().kind, ErrorKind::too_large);
}

TEST(Header, finds_fields_by_name_in_any_case_from_the_top) {
  const auto header = parse_header("to: 1\r\nTO: 2\r\nCc: 3\r\n\r\n");
  ASSERT_TRUE(header);
  EXPECT_EQ(find(*header, "To")->value, " 1");
  EXPECT_EQ(count(*header, "To"), 2U);
  EXPECT_EQ(find(*header, "Bcc"), nullptr);
}

TEST(Header, finds_the_body_in_a_stream_wherever_the_chunks_break) {
  const std::string text = "A: b\r\nC: d\r\n\r\nbody\r\n\r\nmore";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const auto first = find_body(std::string_view(text).substr(0, cut));
    if (first == std::string_view::npos) {
      EXPECT_LT(cut, 14U);
      EXPECT_EQ(find_body(text, cut), 14U) << cut;
    } else {
      EXPECT_EQ(first, 14U);
    }
  }
  EXPECT_EQ(find_body("\r\nbody"), 2U);
}

TEST(Header, unfolds_only_what_is_folded) {
  EXPECT_EQ(unfold(" a\r\n b\r\n\tc "), "a b\tc");
  EXPECT_EQ(unfold("a\r\nb"), "a\r\nb");
}

TEST(MessageId, takes_one_identifier_in_angle_brackets) {
  EXPECT_EQ(parse_message_id(" <1.2@host.example>\r\n (c)"), "<1.2@host.example>");
  EXPECT_EQ(parse_message_id("<a@[127.0.0.1]>"), "<a@[127.0.0.1]>");
  for (const auto* text :
       {"", "a@b", "<a@b", "<a>", "<a@>", "<a@b> <c@d>", "<a b@c>", "<a@b@c>", "<a..b@c>"}) {
    EXPECT_EQ(parse_message_id(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace scop::message
