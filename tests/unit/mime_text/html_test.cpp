#include "mime_text/html.hpp"

#include <gtest/gtest.h>

#include <chrono>

using namespace scop::mime_text;

TEST(Html, keeps_visible_and_hidden_text_apart) {
  const auto html = render_html(
      "<p>Vi<!-- x -->agra &amp; more</p><div style='display: none'>story</div><script>bad()</script>end",
      1'000);
  EXPECT_EQ(html.text, "\nViagra & more\n\nend");
  EXPECT_EQ(html.hidden, "story\n");
  EXPECT_EQ(html.split_words, 1U);
}

TEST(Html, sees_white_text_on_white_as_hidden) {
  const auto html = render_html("<body bgcolor=#FFFFFF>shown<font color=white>not</font></body>", 1'000);
  EXPECT_EQ(html.text, "shown");
  EXPECT_EQ(html.hidden, "not");
}

TEST(Html, tells_what_a_link_shows_from_where_it_goes) {
  const auto html = render_html(
      "<a href=\"http://evil.example/\">http://bank.example</a><img src=x.gif width=1 height=1>", 1'000);
  ASSERT_EQ(html.links.size(), 2U);
  EXPECT_EQ(html.links[0].target, "http://evil.example/");
  EXPECT_EQ(html.links[0].text, "http://bank.example");
  EXPECT_EQ(html.images, 1U);
}

TEST(Html, ends_quickly_on_tags_and_comments_that_never_end) {
  for (const std::string piece : {"<a ", "<!--", "<a b=\"<", "&#", "<script>", "</a>", "<div>"}) {
    std::string bomb;
    while (bomb.size() < (256U << 10U)) bomb += piece;
    const auto begin = std::chrono::steady_clock::now();
    static_cast<void>(render_html(bomb, 256U << 10U));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3)) << piece;
  }
}
