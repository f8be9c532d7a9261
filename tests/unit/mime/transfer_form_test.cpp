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

TEST(Uuencode, IsReadFromItsFirstLineToItsLast) {
  const std::string text = "hello\r\nbegin 644 cat.txt\r\n#0V%T\r\n!80\r\n`\r\nend\r\nbye\r\n";
  const auto decoded = decode_uuencode(text);
  EXPECT_EQ(decoded.octets, "Cata");
  EXPECT_TRUE(decoded.sound);
  EXPECT_EQ(again(decoded), text);
}

TEST(Uuencode, ThatIsBrokenIsReadAsFarAsItGoes) {
  for (const auto& [text, octets] :
       {std::pair("begin 644 x\n#0V%T\n", "Cat"), std::pair("#0V%T\n", "#0V%T\n"),
        std::pair("begin 644 x\n#0V%T\x7f\x7f\x7f\nend\n", "Cat")}) {
    const auto decoded = decode_uuencode(text);
    EXPECT_EQ(decoded.octets, octets);
    EXPECT_FALSE(decoded.sound) << text;
    EXPECT_EQ(again(decoded), text);
  }
}

TEST(Yenc, ShiftsOctetsAndCountsThem) {
  const std::string text = "=ybegin line=128 size=4 name=x\r\n\x8b\x8c=\x7d\r\n*\r\n=yend size=4\r\n";
  const auto decoded = decode_yenc(text);
  EXPECT_EQ(decoded.octets, std::string("ab\x13\0", 4));
  EXPECT_TRUE(decoded.sound);
  EXPECT_EQ(again(decoded), text);
  EXPECT_FALSE(decode_yenc("=ybegin line=128 size=4 name=x\r\n\x8b\r\n=yend size=4\r\n").sound);
  EXPECT_FALSE(decode_yenc("\x8b").sound);
}

TEST(OtherEncodings, AreTheOctetsThemselves) {
  const auto decoded = decode(TransferEncoding::eight_bit, "x\xff\r\n");
  EXPECT_EQ(decoded.octets, "x\xff\r\n");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(decoded.form));
}

}  // namespace
}  // namespace scop::mime
