#include "message/content_type.hpp"

#include <gtest/gtest.h>

namespace scop::message {
namespace {

TEST(ContentType, parses_type_subtype_and_parameters) {
  const auto type = parse_content_type(" Text/PLAIN (c); charset=\"us-ascii\" ;\r\n Format=flowed;");
  ASSERT_TRUE(type);
  EXPECT_TRUE(type->is("text", "plain"));
  EXPECT_EQ(type->parameter("charset"), "us-ascii");
  EXPECT_EQ(type->parameter("format"), "flowed");
  EXPECT_EQ(type->parameter("boundary"), std::nullopt);
}

TEST(ContentType, joins_and_decodes_the_sections_of_rfc_2231_4_1) {
  const auto type = parse_content_type(
      "application/x-stuff; title*1*=%2A%2A%2Afun%2A%2A%2A%20; "
      "title*0*=us-ascii'en'This%20is%20even%20more%20; "
      "title*2=\"isn't it!\"");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->parameter("title"), "This is even more ***fun*** isn't it!");
}

TEST(ContentType, lets_the_first_of_two_boundaries_count) {
  EXPECT_EQ(parse_content_type("multipart/mixed; boundary=a; boundary=b")->parameter("boundary"), "a");
}

TEST(ContentType, reads_parameters_as_far_as_they_make_sense) {
  EXPECT_EQ(parse_content_type("text/html; charset=utf-8; foo bar")->parameters.size(), 1U);
  EXPECT_EQ(parse_content_type("text/html;;; a=\"b")->parameters.size(), 0U);
  for (const auto* value : {"", "text", "text/", "/plain", "(open", "text plain"}) {
    EXPECT_FALSE(parse_content_type(value)) << value;
  }
}

}  // namespace
}  // namespace scop::message
