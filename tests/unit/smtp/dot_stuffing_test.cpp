#include "smtp/dot_stuffing.hpp"

#include <gtest/gtest.h>

namespace scop::smtp {
namespace {

struct Received {
  std::string message;
  std::size_t used = 0;
  bool ended = false;
  Octets octets;
  bool operator==(const Received&) const = default;
};

Received receive(std::string_view in, std::size_t chunk) {
  DotUnstuffer unstuffer;
  OctetWatch watch;
  Received got;
  while (!in.empty() && !unstuffer.ended()) {
    std::string out;
    const auto piece = in.substr(0, chunk);
    const auto used = unstuffer.feed(piece, out);
    watch.feed(out);
    got.message += out;
    got.used += used;
    in.remove_prefix(used);
  }
  got.ended = unstuffer.ended();
  got.octets = watch.finish();
  return got;
}

// The same in any chunking.
Received receive(std::string_view in) {
  const auto whole = receive(in, in.size() + 1);
  for (const std::size_t chunk : {1U, 2U, 3U, 7U})
    EXPECT_EQ(receive(in, chunk), whole) << in << " by " << chunk;
  return whole;
}

TEST(DotUnstuffer, takes_stuffed_dots_out) {
  const auto got = receive("..a\r\n...\r\n.b\r\nx.\r\n.\r\nrest");
  EXPECT_EQ(got.message, ".a\r\n..\r\nb\r\nx.\r\n");
  EXPECT_TRUE(got.ended);
  EXPECT_EQ(got.used, std::string_view("..a\r\n...\r\n.b\r\nx.\r\n.\r\n").size());
  EXPECT_FALSE(got.octets.bare());
}

TEST(DotUnstuffer, ends_an_empty_message_at_once) {
  const auto got = receive(".\r\n");
  EXPECT_TRUE(got.ended);
  EXPECT_EQ(got.message, "");
  EXPECT_TRUE(got.octets.ends_with_crlf);
}

// Every variant of the published smuggling attacks, and a few more: none may end the message, all are noted.
TEST(DotUnstuffer, takes_no_other_line_end_for_an_end_mark) {
  for (const std::string mark :
       {"\n.\n", "\n.\r\n", "\r.\r", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\n.\r", "\r.\n", "\r\n.\r\r\n",
        "\r\r\n.\r\n", "\n\r.\r\n", "\r\n\n.\r\n", "\r\n.\n\r\n"}) {
    const auto got = receive("text" + mark + "MAIL FROM:<smuggled@example.org>\r\n");
    if (mark == "\r\r\n.\r\n") {
      EXPECT_TRUE(got.ended) << "its last line end is a real one";
    } else {
      EXPECT_FALSE(got.ended) << testing::PrintToString(mark);
    }
    EXPECT_TRUE(got.octets.bare()) << testing::PrintToString(mark);
  }
}

TEST(DotUnstuffer, still_ends_at_the_real_mark_after_a_bare_one) {
  const auto got = receive("text\n.\nRSET\r\n.\r\nQUIT\r\n");
  EXPECT_TRUE(got.ended);
  EXPECT_TRUE(got.octets.bare_lf);
  EXPECT_EQ(got.used, std::string_view("text\n.\nRSET\r\n.\r\n").size());
}

TEST(OctetWatch, measures_lines_without_their_ends) {
  OctetWatch watch;
  watch.feed("abc\r\n" + std::string(1000, 'x') + "\r\nno end");
  const auto seen = watch.finish();
  EXPECT_EQ(seen.longest_line, 1000U);
  EXPECT_FALSE(seen.ends_with_crlf);
  EXPECT_EQ(seen.size, 1013U);
}

TEST(OctetWatch, notes_nul_8bit_and_a_last_cr) {
  OctetWatch watch;
  watch.feed(std::string_view("a\0\xc3\xbc\r", 5));
  EXPECT_TRUE(watch.seen().nul);
  EXPECT_TRUE(watch.seen().eight_bit);
  EXPECT_FALSE(watch.seen().bare_cr);
  EXPECT_TRUE(watch.finish().bare_cr);
}

TEST(DotStuffer, writes_what_the_unstuffer_reads) {
  for (const std::string message : {"", ".\r\n", "..\r\na\r\n", "a\r\n.b\r\n", "no end", ".", "\r\n\r\n"}) {
    for (const std::size_t chunk : {1U, 2U, 100U}) {
      DotStuffer stuffer;
      std::string wire;
      for (std::size_t i = 0; i < message.size(); i += chunk)
        ASSERT_TRUE(stuffer.feed(std::string_view(message).substr(i, chunk), wire));
      ASSERT_TRUE(stuffer.finish(wire));
      const auto got = receive(wire);
      EXPECT_TRUE(got.ended);
      EXPECT_EQ(got.used, wire.size());
      EXPECT_EQ(got.message, message.empty() || message.ends_with("\r\n") ? message : message + "\r\n");
    }
  }
}

TEST(DotStuffer, refuses_bare_line_ends) {
  for (const std::string message : {"a\nb", "a\rb", "a\r", "\n", "a\r\r\n"}) {
    DotStuffer stuffer;
    std::string wire;
    EXPECT_FALSE(stuffer.feed(message, wire) && stuffer.finish(wire)) << testing::PrintToString(message);
  }
}

}  // namespace
}  // namespace scop::smtp
