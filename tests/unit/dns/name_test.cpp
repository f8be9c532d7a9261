#include "dns/name.hpp"

#include <gtest/gtest.h>

#include "dns/cursor.hpp"

namespace scop::dns {
namespace {

using std::string_literals::operator""s;

TEST(Name, GoesToWireAndBack) {
  const auto wire = name_to_wire("mail.Example");
  ASSERT_TRUE(wire);
  EXPECT_EQ(*wire, "\4mail\7Example\0"s);
  EXPECT_EQ(name_from_wire(*wire), "mail.Example");
  EXPECT_EQ(name_to_wire("mail.Example."), wire);
}

TEST(Name, KnowsTheRoot) {
  EXPECT_EQ(name_to_wire("."), "\0"s);
  EXPECT_EQ(name_from_wire("\0"s), ".");
}

TEST(Name, EscapesWhatIsNoHostName) {
  const std::string wire = "\5a.b\\\xff\0"s;
  EXPECT_EQ(name_from_wire(wire), R"(a\.b\\\255)");
  EXPECT_EQ(name_to_wire(R"(a\.b\\\255)"), wire);
  EXPECT_EQ(name_to_wire(R"(a\046b\092\255)"), wire);
}

TEST(Name, RefusesWhatIsNone) {
  for (const auto* text : {"", "..", ".a", "a..b", R"(a\)", R"(a\25)", R"(a\256)", R"(a\2x5)"}) {
    EXPECT_FALSE(name_to_wire(text)) << text;
  }
}

TEST(Name, KeepsTheBoundsOfLabelsAndNames) {
  const std::string label(63, 'a');
  EXPECT_TRUE(name_to_wire(label));
  EXPECT_FALSE(name_to_wire(label + "a"));
  const auto longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  ASSERT_TRUE(name_to_wire(longest));
  EXPECT_EQ(name_to_wire(longest)->size(), longest_name);
  EXPECT_FALSE(name_to_wire(longest + "b"));
  EXPECT_EQ(name_from_wire(*name_to_wire(longest)), longest);
}

TEST(Name, IsNeverCompressedOrCutShort) {
  EXPECT_FALSE(name_from_wire("\xc0\x0c"s));
  EXPECT_FALSE(name_from_wire("\x40"s));
  EXPECT_FALSE(name_from_wire("\3ab"s));
  EXPECT_FALSE(name_from_wire("\2ab"s));
  EXPECT_FALSE(name_from_wire(""s));
  EXPECT_FALSE(name_from_wire("\1a\0x"s));
  std::string endless;
  for (int i = 0; i < 200; ++i) endless += "\1a";
  EXPECT_FALSE(name_from_wire(endless + '\0'));
}

TEST(Name, IsTakenFromAmongOtherOctets) {
  const std::string octets = "\1a\0\1b\0\7"s;
  Cursor cursor(octets);
  EXPECT_EQ(take_name(cursor), "a");
  EXPECT_EQ(take_name(cursor), "b");
  EXPECT_EQ(cursor.u8(), 7);
  EXPECT_FALSE(cursor.u8());
}

TEST(Name, ComparesWithoutCaseAndLastDot) {
  EXPECT_EQ(canonical_text("Mail.Example."), "mail.example");
  EXPECT_EQ(canonical_text("."), ".");
  EXPECT_EQ(canonical_text(R"(a\.)"), R"(a\.)");
}

}  // namespace
}  // namespace scop::dns
