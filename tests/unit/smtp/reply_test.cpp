#include "smtp/reply.hpp"

#include <gtest/gtest.h>

#include "smtp/capabilities.hpp"

namespace scop::smtp {
namespace {

Outcome<Reply> read(std::string_view octets) {
  ReplyParser parser;
  auto used = parser.feed(octets);
  if (!used) return std::unexpected(used.error());
  if (!parser.done()) return failure(ErrorKind::closed, "unfinished");
  return parser.take();
}

TEST(Reply, writes_every_line_with_code_and_enhanced_code) {
  EXPECT_EQ(to_text(Reply{550, "5.7.1", {"no", "never"}}), "550-5.7.1 no\r\n550 5.7.1 never\r\n");
  EXPECT_EQ(to_text(reply(354, "", "go on")), "354 go on\r\n");
}

TEST(Reply, lets_no_text_forge_a_further_reply) {
  EXPECT_EQ(to_text(reply(550, "", "a\r\n250 b")), "550 a  250 b\r\n");
}

TEST(Reply, reads_multi_line_replies_in_any_chunking) {
  const std::string text = "250-host greets\r\n250-SIZE 1\r\n250 DSN\r\n220 next";
  ReplyParser parser;
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size() && !parser.done(); ++i)
    used += *parser.feed(std::string_view(text).substr(i, 1));
  ASSERT_TRUE(parser.done());
  EXPECT_EQ(used, text.size() - 8);
  EXPECT_EQ(parser.take(), (Reply{250, "", {"host greets", "SIZE 1", "DSN"}}));
  EXPECT_EQ(*parser.feed("221 2.0.0 bye\r\n250"), 15U);
  EXPECT_EQ(parser.take(), reply(221, "2.0.0", "bye"));
}

TEST(Reply, takes_enhanced_codes_off_each_line) {
  EXPECT_EQ(*read("550-5.1.1 no\r\n550 5.1.1 user\r\n"), (Reply{550, "5.1.1", {"no", "user"}}));
  EXPECT_EQ(read("250 4.1.1 odd\r\n")->enhanced, "");
  EXPECT_EQ(read("250\r\n")->lines, std::vector<std::string>{""});
  EXPECT_EQ(read("250 2.0.0\r\n")->lines, std::vector<std::string>{""});
}

TEST(Reply, refuses_garbage_and_bounds) {
  for (const auto* text : {"hello\r\n", "25\r\n", "250x\r\n", "199 no\r\n", "600 no\r\n",
                           "250-a\r\n251 b\r\n", "\r\n", "250-a\r\n\r\n"}) {
    const auto got = read(text);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error().kind, ErrorKind::malformed) << text;
  }
  std::string many;
  for (int i = 0; i < 101; ++i) many += "250-x\r\n";
  EXPECT_EQ(read(many + "250 x\r\n").error().kind, ErrorKind::too_large);
  EXPECT_EQ(read(std::string(5000, '2')).error().kind, ErrorKind::too_large);
}

TEST(Capabilities, round_trip_through_the_reply) {
  Capabilities all{"mx.example", true, true, true, true, false,
                   true,         true, true, true, 1000, {"PLAIN", "LOGIN"}};
  EXPECT_EQ(parse_capabilities(to_reply(all)), all);
}

TEST(Capabilities, read_old_and_odd_forms) {
  const auto found =
      parse_capabilities(Reply{250, "", {"mx hello", "SIZE", "AUTH=LOGIN plain", "size x", "X-FOO", ""}});
  EXPECT_EQ(found.host, "mx");
  EXPECT_EQ(found.size, 0U);
  EXPECT_EQ(found.auth, (std::vector<std::string>{"LOGIN", "PLAIN"}));
}

}  // namespace
}  // namespace scop::smtp
