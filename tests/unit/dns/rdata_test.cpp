#include "dns/rdata.hpp"

#include <gtest/gtest.h>

namespace scop::dns {
namespace {

using std::string_literals::operator""s;

TEST(Rdata, ReadsAddresses) {
  EXPECT_EQ(read_a("\xc0\0\2\1"s)->text(), "192.0.2.1");
  EXPECT_FALSE(read_a("\xc0\0\2"s));
  EXPECT_EQ(read_aaaa("\x20\1\x0d\xb8"s + std::string(11, '\0') + "\1")->text(), "2001:db8::1");
  EXPECT_FALSE(read_aaaa("\xc0\0\2\1"s));
}

TEST(Rdata, ReadsAndWritesMx) {
  const Mx mx{10, "mx.example"};
  const auto rdata = to_rdata(mx);
  ASSERT_TRUE(rdata);
  EXPECT_EQ(*rdata, "\0\x0a\2mx\7example\0"s);
  EXPECT_EQ(read_mx(*rdata), mx);
  EXPECT_EQ(read_mx("\0\0\0"s), (Mx{0, "."}));
  for (const auto& bad : {""s, "\0"s, "\0\1"s, "\0\1\2mx"s, "\0\1\0\0"s, "\0\1\xc0\x0c"s})
    EXPECT_FALSE(read_mx(bad));
}

TEST(Rdata, ReadsCharacterStrings) {
  EXPECT_EQ(read_txt("\3one\0\3two"s), (std::vector<std::string>{"one", "", "two"}));
  EXPECT_FALSE(read_txt(""));
  EXPECT_FALSE(read_txt("\4one"s));
  const std::string text(600, 'x');
  std::string joined;
  for (const auto& part : *read_txt(txt_to_rdata(text))) joined += part;
  EXPECT_EQ(joined, text);
  EXPECT_EQ(txt_to_rdata(""), "\0"s);
}

TEST(Rdata, ReadsTlsaSoaAndSrv) {
  const Tlsa tlsa{3, 1, 1, "digest"};
  EXPECT_EQ(read_tlsa(to_rdata(tlsa)), tlsa);
  EXPECT_FALSE(read_tlsa("\3\1\1"s));
  const auto soa = read_soa("\2ns\0\1h\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5"s);
  ASSERT_TRUE(soa);
  EXPECT_EQ(*soa, (Soa{"ns", "h", 1, 2, 3, 4, 5}));
  EXPECT_FALSE(read_soa("\2ns\0\1h\0\0\0\0\1"s));
  EXPECT_EQ(read_srv("\0\1\0\2\0\x19\1h\0"s), (Srv{1, 2, 25, "h"}));
  EXPECT_FALSE(read_srv("\0\1\0\2\0"s));
}

TEST(Rdata, IsShownAsZoneFilesShowIt) {
  EXPECT_EQ(rdata_text(Type::mx, "\0\x0a\2mx\0"s), "10 mx");
  EXPECT_EQ(rdata_text(Type::txt, "\4a\"\\\n\1b"s), R"("a\"\\\010" "b")");
  EXPECT_EQ(rdata_text(Type::a, "abc"), "\\# 3 616263");
  EXPECT_EQ(rdata_text(static_cast<Type>(65280), "a"), "\\# 1 61");
}

TEST(Type, HasNames) {
  EXPECT_EQ(name_of(Type::tlsa), "TLSA");
  EXPECT_EQ(type_from_text("mx"), Type::mx);
  EXPECT_EQ(type_from_text(name_of(static_cast<Type>(65280))), static_cast<Type>(65280));
  EXPECT_FALSE(type_from_text("TYPE70000"));
  EXPECT_FALSE(type_from_text("TYPE"));
  EXPECT_FALSE(type_from_text("NOPE"));
}

}  // namespace
}  // namespace scop::dns
