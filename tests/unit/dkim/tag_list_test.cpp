#include "dkim/tag_list.hpp"

#include <gtest/gtest.h>

namespace scop::dkim {
namespace {

TEST(TagList, splits_names_and_values_with_folding_kept_inside) {
  const auto tags = parse_tag_list(" v=1 ;\r\n\ta = x\r\n y;b=; ");
  ASSERT_TRUE(tags);
  ASSERT_EQ(tags->size(), 3U);
  EXPECT_EQ(tags->at(0).value, "1");
  EXPECT_EQ(tags->at(1).name, "a");
  EXPECT_EQ(tags->at(1).value, "x\r\n y");
  EXPECT_EQ(value_of(*tags, "b"), "");
  EXPECT_EQ(value_of(*tags, "c"), std::nullopt);
}

TEST(TagList, refuses_what_the_grammar_does_not_take) {
  for (const auto* text :
       {"", " ", ";", "a", "a=1;;b=2", "=1", "1a=2", "a b=1", "a=1;a=2", "a=\x01", "a=1;b", "a=1;b;c=2"}) {
    EXPECT_FALSE(parse_tag_list(text)) << text;
  }
}

TEST(TagList, is_bounded_in_tags) {
  std::string text;
  for (std::size_t i = 0; i <= most_tags; ++i) text += "a" + std::to_string(i) + "=1;";
  EXPECT_EQ(parse_tag_list(text).error().kind, ErrorKind::too_large);
}

TEST(TagList, splits_lists_at_colons) {
  EXPECT_EQ(split_colons("a : b:\r\n c"), (std::vector<std::string_view>{"a", "b", "c"}));
}

}  // namespace
}  // namespace scop::dkim
