#include "relay/inspection.hpp"

#include <gtest/gtest.h>

#include "core/base64.hpp"
#include "crypto/digest.hpp"

namespace scop::relay {
namespace {

// Fed in one piece and octet by octet: the same verdict.
bool is_clean(std::string_view octets) {
  Inspection whole;
  const bool good = whole.feed(octets).has_value() && whole.finish().has_value();
  Inspection pieces;
  bool good_in_pieces = true;
  for (const char c : octets) good_in_pieces = good_in_pieces && pieces.feed({&c, 1}).has_value();
  good_in_pieces = good_in_pieces && pieces.finish().has_value();
  EXPECT_EQ(good, good_in_pieces);
  return good;
}

TEST(Inspection, OnlyCrlfEndsALine) {
  EXPECT_TRUE(is_clean("a: b\r\n\r\nc\r\n"));
  EXPECT_TRUE(is_clean(""));
  EXPECT_TRUE(is_clean("\r\n\r\n"));
  EXPECT_FALSE(is_clean("a\n.\nb\r\n"));
  EXPECT_FALSE(is_clean("a\r.\rb\r\n"));
  EXPECT_FALSE(is_clean("a\r\r\n"));
  EXPECT_FALSE(is_clean("a\n\r\n"));
  EXPECT_FALSE(is_clean("a"));
  EXPECT_FALSE(is_clean("a\r"));
  EXPECT_FALSE(is_clean(std::string_view("a\0b\r\n", 5)));
}

TEST(Inspection, ALineHasAtMost998Octets) {
  EXPECT_TRUE(is_clean(std::string(998, 'x') + "\r\n" + std::string(998, 'x') + "\r\n"));
  EXPECT_FALSE(is_clean(std::string(999, 'x') + "\r\n"));
}

TEST(Inspection, SizeDigestAndEightBitAreOfAllPieces) {
  Inspection inspection;
  ASSERT_TRUE(inspection.feed("ab"));
  EXPECT_FALSE(inspection.eight_bit());
  ASSERT_TRUE(inspection.feed("c\r\n0123456\xc3\xa4"));
  ASSERT_TRUE(inspection.feed("\r\n"));
  EXPECT_TRUE(inspection.eight_bit());
  EXPECT_EQ(inspection.size(), 16U);
  EXPECT_EQ(inspection.finish().value(), crypto::sha256("abc\r\n0123456\xc3\xa4\r\n"));
  EXPECT_EQ(to_hex(crypto::sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace scop::relay
