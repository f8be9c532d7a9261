#include "spamfilter/gathered.hpp"

#include <gtest/gtest.h>

#include "message/header.hpp"
#include "spamfilter/line_ends.hpp"

namespace scop::spamfilter {
namespace {

constexpr std::string_view message = "Subject: a\r\nTo: b\r\n\r\nHello, this is the body\r\n";

TEST(Gathered, IsTheSameWhateverTheChunks) {
  for (std::size_t step = 1; step <= message.size(); ++step) {
    Memory memory(1'000);
    {
      Gathered gathered(memory, 10);
      for (std::size_t at = 0; at < message.size(); at += step) gathered.add(message.substr(at, step));
      EXPECT_EQ(gathered.octets(), "Subject: a\r\nTo: b\r\n\r\nHello, thi") << step;
      EXPECT_EQ(gathered.header(), "Subject: a\r\nTo: b\r\n\r\n");
      EXPECT_FALSE(gathered.is_whole());
      EXPECT_EQ(memory.used(), gathered.octets().size());
    }
    EXPECT_EQ(memory.used(), 0U);
  }
}

TEST(Gathered, IsWholeWhereItFits) {
  Memory memory(1'000);
  Gathered gathered(memory, message.size());
  gathered.add(message);
  EXPECT_EQ(gathered.octets(), message);
  EXPECT_TRUE(gathered.is_whole());
}

TEST(Gathered, KeepsHeadersWhereMemoryIsUsedUp) {
  Memory memory(30);
  Gathered first(memory, 1'000);
  first.add(message.substr(0, 22));
  first.add("12345678");
  Gathered second(memory, 1'000);
  second.add(message);
  EXPECT_EQ(second.octets(), "Subject: a\r\nTo: b\r\n\r\n");
  EXPECT_FALSE(second.is_whole());
  EXPECT_EQ(memory.used(), 30U);
}

TEST(Gathered, StopsInAHeaderWithoutEnd) {
  Memory memory(10U << 20U);
  Gathered gathered(memory, 1'000);
  const std::string chunk(65'536, 'x');
  for (int i = 0; i < 100; ++i) gathered.add(chunk);
  EXPECT_LE(gathered.octets().size(), message::most_header_octets + 2 * chunk.size());
  EXPECT_EQ(gathered.header(), gathered.octets());
}

TEST(LineEnds, BecomeCrlfAcrossChunks) {
  const std::string text = "a\nb\r\nc\r\n\nd\r";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    LineEnds ends;
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += step) out += ends.as_crlf(text.substr(at, step));
    EXPECT_EQ(out, "a\r\nb\r\nc\r\n\r\nd\r") << step;
  }
}

}  // namespace
}  // namespace scop::spamfilter
