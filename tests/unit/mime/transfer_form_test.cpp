#include "mime/transfer_form.hpp"

#include <gtest/gtest.h>

namespace scop::mime {
namespace {

using message::TransferEncoding;

std::string again(const Decoded& decoded) {
  std::string text;
  append_encoded(text, decoded.octets, decoded.form);
  return text;
}

TEST(Base64, KeepsTheLengthsOfLinesAsNumbers) {
  const std::string text = "AAEC\r\nAwQF\r\nBgc=\n";
  const auto decoded = decode(TransferEncoding::base64, text);
  EXPECT_EQ(decoded.octets, std::string("\0\1\2\3\4\5\6\7", 8));
  ASSERT_TRUE(std::holds_alternative<Base64Form>(decoded.form));
  EXPECT_EQ(std::get<Base64Form>(decoded.form).lines.size(), 2U);
  EXPECT_TRUE(decoded.sound);
  EXPECT_EQ(again(decoded), text);
}

TEST(Base64, ThatIsNotCanonicalIsReadAsFarAsItGoesAndKept) {
  for (const std::string text :
       {"AA EC", "AAE", "AB==", "AAEC==", "A", "****", "AAEC=AAEC", "AAEC\r\rAAEC"}) {
    const auto decoded = decode(TransferEncoding::base64, text);
    EXPECT_FALSE(decoded.sound) << text;
    EXPECT_EQ(again(decoded), text);
  }
  EXPECT_EQ(decode(TransferEncoding::base64, "AA\x01 EC").octets, std::string("\0\1\2", 3));
}

TEST(QuotedPrintable, KeepsWhatTheWriterChose) {
  for (const std::string text : {"plain", "=41=c3=BC x", "soft=\r\nbreak=\n", "a\tb =20\r\n", "=3D=\r\n=\r\n",
                                 "\r=0D\n=0A", "=5F_ ", ""}) {
    const auto decoded = decode(TransferEncoding::quoted_printable, text);
    EXPECT_TRUE(std::holds_alternative<QuotedForm>(decoded.form)) << text;
    EXPECT_EQ(again(decoded), text);
  }
  EXPECT_EQ(decode(TransferEncoding::quoted_printable, "soft=\r\nbreak =3d").octets, "softbreak =");
}

TEST(QuotedPrintable, LosesWhiteSpaceThatWasAddedBeforeALineEnd) {
  const auto decoded = decode(TransferEncoding::quoted_printable, "a  \r\nb = \r\nc");
  EXPECT_EQ(decoded.octets, "a\r\nb c");
  EXPECT_FALSE(decoded.sound);
  EXPECT_EQ(again(decoded), "a  \r\nb = \r\nc");
}

TEST(QuotedPrintable, LeavesEscapesThatAreNone) {
  const auto decoded = decode(TransferEncoding::quoted_printable, "=ZZ=4");
  EXPECT_EQ(decoded.octets, "=ZZ=4");
  EXPECT_FALSE(decoded.sound);
  EXPECT_EQ(again(decoded), "=ZZ=4");
}

TEST(OtherEncodings, AreTheOctetsThemselves) {
  const auto decoded = decode(TransferEncoding::eight_bit, "x\xff\r\n");
  EXPECT_EQ(decoded.octets, "x\xff\r\n");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(decoded.form));
}

}  // namespace
}  // namespace scop::mime
