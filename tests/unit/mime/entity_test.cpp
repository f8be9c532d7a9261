#include "mime/entity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "message/transfer.hpp"

namespace scop::mime {
namespace {

using testing::ElementsAre;
using testing::Pair;

Entity read(std::string_view text) {
  auto entity = parse(text);
  EXPECT_EQ(encode(entity), text);
  return entity;
}
const Leaf& leaf(const Entity& entity) { return std::get<Leaf>(entity.body); }
const Multipart& multipart(const Entity& entity) { return std::get<Multipart>(entity.body); }

TEST(Parse, ReadsAPlainMessage) {
  const auto entity = read("Subject: x\r\n\r\nbody\r\n");
  EXPECT_EQ(entity.content.type, "text/plain");
  EXPECT_EQ(leaf(entity).octets, "body\r\n");
  EXPECT_TRUE(entity.defects.empty());
}

TEST(Parse, ReadsPartsWithoutTheLineEndBeforeADelimiter) {
  const auto entity = read(
      "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\npre\r\n--b\r\n\r\none\r\n--b "
      "\r\n\r\n\r\n--b--\r\nepi");
  const auto& parts = multipart(entity);
  EXPECT_EQ(parts.preamble, "pre");
  ASSERT_EQ(parts.parts.size(), 2U);
  EXPECT_EQ(leaf(*parts.parts[0].entity).octets, "one");
  EXPECT_EQ(leaf(*parts.parts[1].entity).octets, "");
  EXPECT_EQ(parts.epilogue, "epi");
  EXPECT_TRUE(entity.defects.empty());
}

TEST(Parse, EndsAnInnerMultipartWhereTheOuterOneGoesOn) {
  const auto entity = read(
      "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
      "boundary=i\n\n--i\n\nx\n--o\n\ny\n--o--\n");
  ASSERT_EQ(multipart(entity).parts.size(), 2U);
  EXPECT_THAT(multipart(entity).parts[0].entity->defects, ElementsAre(Defect::no_close_delimiter));
  EXPECT_EQ(leaf(*multipart(entity).parts[1].entity).octets, "y");
}

TEST(Parse, OpensMessagesAndDigests) {
  const auto entity =
      read("Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\nSubject: 1\r\n\r\none\r\n--d--\r\n");
  const auto& part = *multipart(entity).parts.at(0).entity;
  EXPECT_EQ(part.content.type, "message/rfc822");
  EXPECT_EQ(leaf(*std::get<Embedded>(part.body).message).octets, "one");
}

TEST(Parse, OpensAMessageThatSomebodyEncoded) {
  const auto entity = read(
      "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\nU3ViamVjdDogaW4NCg0KYm9keQ0K\r\n");
  EXPECT_EQ(leaf(*std::get<Embedded>(entity.body).message).octets, "body\r\n");
}

TEST(Parse, TakesTextWithoutAHeaderForABody) {
  const auto entity = read("Dear all,\r\n\r\nbye\r\n");
  EXPECT_EQ(leaf(entity).octets, "Dear all,\r\n\r\nbye\r\n");
  const auto parts = read("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nno header\r\n--b--\r\n");
  EXPECT_EQ(leaf(*std::get<Multipart>(parts.body).parts.at(0).entity).octets, "no header");
  EXPECT_EQ(leaf(read("From x@y Thu\r\nSubject: a\r\n\r\nbody")).octets, "body");
}

TEST(Parse, NamesWhatIsWrong) {
  EXPECT_THAT(read("x").defects, ElementsAre(Defect::malformed_line, Defect::no_header_end));
  EXPECT_THAT(read("Content-Type: multipart/mixed\r\n\r\nx").defects, ElementsAre(Defect::no_boundary));
  EXPECT_THAT(read("Content-Type: multipart/mixed; boundary=b\r\n\r\nx").defects,
              ElementsAre(Defect::no_close_delimiter, Defect::boundary_not_found));
  EXPECT_THAT(read("Content-Type: nonsense\r\n\r\nx").defects, ElementsAre(Defect::bad_content_type));
  EXPECT_THAT(read("Content-Transfer-Encoding: x-y\r\n\r\nx").defects, ElementsAre(Defect::unknown_encoding));
  EXPECT_THAT(read("Content-Transfer-Encoding: base64\r\n\r\n*").defects, ElementsAre(Defect::bad_base64));
}

TEST(Parse, ReadsUuencodeByItsName) {
  const auto entity =
      read("Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n#0V%T\r\n`\r\nend\r\n");
  EXPECT_EQ(leaf(entity).octets, "Cat");
  EXPECT_TRUE(entity.defects.empty());
  EXPECT_THAT(read("Content-Transfer-Encoding: x-yenc\r\n\r\nx").defects, ElementsAre(Defect::bad_yenc));
}

TEST(Parse, KeepsTheEndOfAFieldOfMoreTokensThanItsBound) {
  std::string text = "To: ";
  for (std::size_t i = 0; i < 40'000; ++i) text += "a:";
  const auto entity = read(text + "\r\n =?utf-8?Q?=41?=\r\n\r\n");
  EXPECT_LT(std::get<Field>(entity.header.lines.front()).tokens.size(), 50'010U);
}

TEST(Parse, GoesNoDeeperThanItsBound) {
  std::string text;
  for (std::size_t i = 0; i < most_depth + 20; ++i) text += "Content-Type: message/rfc822\r\n\r\n";
  text += "\r\nend";
  auto entity = read(text);
  const auto* node = &entity;
  std::size_t depth = 0;
  for (; std::holds_alternative<Embedded>(node->body); ++depth)
    node = std::get<Embedded>(node->body).message.get();
  EXPECT_EQ(depth, most_depth);
  EXPECT_THAT(node->defects, ElementsAre(Defect::too_deep));
}

TEST(Parse, KeepsPartsBeyondTheBoundInTheLastOne) {
  std::string text = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (std::size_t i = 0; i < most_parts + 5; ++i) text += "--b\r\n\r\n";
  const auto entity = read(text);
  EXPECT_EQ(multipart(entity).parts.size(), most_parts + 1);
  EXPECT_THAT(entity.defects, testing::Contains(Defect::too_many_parts));
}

TEST(Parse, BoundsAHeaderThatIsOneFieldOfManyLines) {
  std::string text = "X: a\r\n";
  while (text.size() <= most_header_octets) text += " b\r\n";
  const auto entity = read(text + "Y: c\r\n\r\nbody");
  std::size_t taken = 0;
  for (const auto& line : entity.header.lines) taken += encode(Header{{line}, LineEnd::none}).size();
  EXPECT_LE(taken, most_header_octets);
  EXPECT_THAT(entity.defects, testing::Contains(Defect::long_header));
}

TEST(Parse, BoundsTheHeadersOfAllPartsTogether) {
  std::string text = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  const auto field = "X: " + std::string(most_header_octets / 4, 'x') + "\r\n";
  for (int i = 0; i < 8; ++i) text += "--b\r\n" + field + "\r\n";
  const auto entity = read(text + "--b--\r\n");
  std::size_t read_whole = 0;
  for (const auto& part : multipart(entity).parts) read_whole += part.entity->header.lines.size();
  EXPECT_EQ(read_whole, 3U);
}

TEST(Parse, DecodesMessagesInEachOtherOnlySoOften) {
  std::string text = "Subject: x\r\n\r\nend";
  for (std::size_t i = 0; i < most_encodings + 3; ++i)
    text = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
           message::encode_base64_lines(text);
  const auto entity = read(text);
  const auto* node = &entity;
  std::size_t depth = 0;
  for (; std::holds_alternative<Embedded>(node->body); ++depth)
    node = std::get<Embedded>(node->body).message.get();
  EXPECT_EQ(depth, most_encodings);
  EXPECT_THAT(node->defects, ElementsAre(Defect::too_deep));
}

TEST(Content, ReadsWhatWritersOfMediaTypesDo) {
  const auto type = [](std::string_view value) {
    return read("Content-Type: " + std::string(value) + "\r\n\r\n").content;
  };
  EXPECT_EQ(type("message / rfc822").type, "message/rfc822");
  EXPECT_EQ(type("text/html charset=utf-8").type, "text/html");
  EXPECT_EQ(find(type("text/html charset=utf-8").parameters, "charset"), "utf-8");
  EXPECT_EQ(find(type("a/b; name=two words.txt").parameters, "name"), "two words.txt");
  EXPECT_EQ(find(type("a/b; name=\"open.txt").parameters, "name"), "open.txt");
  EXPECT_EQ(find(type("a/b; name==?utf-8?q?a?= =?utf-8?q?b?=").parameters, "name"), "ab");
}

TEST(Content, ResolvesParameters) {
  const auto entity = read(
      "Content-Type: Text/HTML (c); Charset=\"utf-8\" ; x=a b; name*0*=iso-8859-1'en'%e9; name*1=\"x.pdf\"; "
      "x=2\r\n"
      "Content-Disposition: ATTACHMENT; filename=\"=?utf-8?Q?=C3=A9?=.txt\"\r\n\r\n");
  EXPECT_EQ(entity.content.type, "text/html");
  EXPECT_THAT(entity.content.parameters,
              ElementsAre(Pair("charset", "utf-8"), Pair("x", "a b"), Pair("name", "éx.pdf")));
  EXPECT_EQ(entity.content.disposition, "attachment");
  EXPECT_THAT(entity.content.disposition_parameters, ElementsAre(Pair("filename", "é.txt")));
}

}  // namespace
}  // namespace scop::mime
