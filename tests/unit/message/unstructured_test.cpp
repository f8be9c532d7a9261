#include "message/unstructured.hpp"

#include <gtest/gtest.h>

#include "core/ascii.hpp"
#include "message/header.hpp"

namespace scop::message {
namespace {

TEST(Unstructured, folds_at_white_space_before_78_columns) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "word" + std::to_string(i) + ' ';
  const auto value = fold_unstructured("Subject", text);
  const std::string field = "Subject:" + value + "\r\n";
  for (const auto line : ascii::split(field, '\n')) EXPECT_LE(line.size(), 79U);
  EXPECT_EQ(unfold(value), std::string(ascii::trim(text)));
}

TEST(Unstructured, leaves_long_words_whole) {
  const std::string word(200, 'x');
  EXPECT_EQ(unfold(fold_unstructured("A", "b " + word)), "b " + word);
}

TEST(Unstructured, never_becomes_two_fields) {
  const auto value = fold_unstructured("Subject", std::string_view("a\r\nBcc: x\0y", 11));
  EXPECT_EQ(value, " a  Bcc: x y");
  const auto encoded = fold_unstructured("Subject", "\xc3\xa4\r\nBcc: x");
  EXPECT_EQ(parse_header("Subject:" + encoded + "\r\n\r\n")->fields.size(), 1U);
}

TEST(Unstructured, encodes_whole_characters_in_words_of_75) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "\xf0\x9f\x93\xa7";
  for (const auto line : ascii::split(encode_words(text), '\n')) EXPECT_LE(ascii::trim(line).size(), 75U);
  EXPECT_EQ(encode_words("gr\xc3\xbc\xc3\x9f"), "=?UTF-8?B?Z3LDvMOf?=");
  EXPECT_EQ(encode_words("a\xff"), "=?UTF-8?B?YT8=?=");
}

}  // namespace
}  // namespace scop::message
