#include "core/base64.hpp"

#include <gtest/gtest.h>

namespace scop {
namespace {

TEST(Base64, encodes_the_vectors_of_rfc_4648_10) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, decodes_what_it_encodes) {
  std::string octets;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64(to_base64(octets)), octets);
    octets += static_cast<char>(i * 7);
  }
}

TEST(Base64, refuses_what_no_encoder_writes) {
  for (const auto* text :
       {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9", "Zm9=x", "Zg==Zg==", "Zm 9v", "Zm9v\n"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

TEST(Base64, skips_white_space_only_where_asked) {
  EXPECT_EQ(from_base64_with_spaces(" Zm9v\r\n\tYmFy "), "foobar");
  EXPECT_EQ(from_base64_with_spaces("Zm9v-"), std::nullopt);
}

TEST(Hex, round_trips_and_refuses_odd_or_foreign_digits) {
  EXPECT_EQ(to_hex("\x01\xfe"), "01fe");
  EXPECT_EQ(from_hex("01FE"), "\x01\xfe");
  EXPECT_EQ(from_hex("0"), std::nullopt);
  EXPECT_EQ(from_hex("0g"), std::nullopt);
}

}  // namespace
}  // namespace scop
