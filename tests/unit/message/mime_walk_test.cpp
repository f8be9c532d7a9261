#include "message/mime_walk.hpp"

#include <gtest/gtest.h>

namespace scop::message {
namespace {

std::vector<std::string> bodies(std::string_view message) {
  const auto parts = walk_leaf_parts(message);
  EXPECT_TRUE(parts);
  std::vector<std::string> found;
  for (const auto& part : parts.value_or(std::vector<LeafPart>{})) {
    found.emplace_back(message.substr(part.body_begin, part.body_end - part.body_begin));
  }
  return found;
}

using Bodies = std::vector<std::string>;

TEST(MimeWalk, sees_a_plain_message_as_one_leaf) {
  EXPECT_EQ(bodies("A: b\r\n\r\nbody\r\n"), Bodies{"body\r\n"});
  EXPECT_EQ(bodies("A: b\r\n"), Bodies{""});
  EXPECT_EQ(bodies(""), Bodies{""});
}

TEST(MimeWalk, finds_leaves_between_boundaries_without_preamble_and_epilogue) {
  const std::string_view message =
      "Content-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\npreamble\r\n--b 1\r\n\r\none\r\n\r\n"
      "--b 1 \t\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n\r\ntwo\r\n--b "
      "1--\r\nepilogue\r\n";
  EXPECT_EQ(bodies(message), (Bodies{"one\r\n", "two"}));
  const auto parts = walk_leaf_parts(message).value();
  EXPECT_TRUE(parts[1].type.is("text", "html"));
  EXPECT_EQ(parts[1].encoding, TransferEncoding::eight_bit);
  EXPECT_EQ(parts[1].depth, 1U);
  EXPECT_TRUE(message.substr(parts[1].header_begin).starts_with("Content-Type: text/html"));
  EXPECT_TRUE(message.substr(parts[1].header_end).starts_with("\r\ntwo"));
}

TEST(MimeWalk, lets_an_outer_boundary_end_inner_parts) {
  EXPECT_EQ(bodies("Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: "
                   "multipart/alternative; boundary=i\r\n"
                   "\r\n--i\r\n\r\none\r\n--o\r\n\r\ntwo\r\n--o--\r\n"),
            (Bodies{"one", "two"}));
}

TEST(MimeWalk, enters_embedded_messages_unless_encoded) {
  EXPECT_EQ(bodies("Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ninner"), Bodies{"inner"});
  EXPECT_EQ(bodies("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3Vi"),
            Bodies{"U3Vi"});
  EXPECT_EQ(
      bodies("Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\nSubject: x\r\n\r\nbody\r\n--d--"),
      Bodies{"body"});
}

TEST(MimeWalk, marks_parts_that_a_signature_covers) {
  const auto parts = walk_leaf_parts(
      "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\nContent-Type: multipart/mixed; "
      "boundary=m\r\n\r\n--m\r\n\r\nx\r\n--m--\r\n--s--\r\n");
  ASSERT_EQ(parts->size(), 1U);
  EXPECT_TRUE(parts->front().in_signed);
}

TEST(MimeWalk, keeps_broken_structure_as_leaves) {
  EXPECT_EQ(bodies("Content-Type: multipart/mixed\r\n\r\n--x\r\n"), Bodies{"--x\r\n"});
  EXPECT_EQ(
      bodies("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n--b--\r\n"),
      Bodies{""});
  EXPECT_EQ(bodies("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\nlast"),
            (Bodies{"", "last"}));
}

TEST(MimeWalk, is_bounded_in_depth_and_parts) {
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "Content-Type: message/rfc822\r\n\r\n";
  EXPECT_EQ(walk_leaf_parts(deep).error().kind, ErrorKind::too_large);
  std::string many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (std::size_t i = 0; i < most_parts; ++i) many += "--b\r\n\r\nx\r\n";
  EXPECT_TRUE(walk_leaf_parts(many));
  EXPECT_EQ(walk_leaf_parts(many + "--b\r\n\r\nx\r\n").error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace scop::message
