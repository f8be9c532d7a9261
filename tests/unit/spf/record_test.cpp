#include "spf/record.hpp"

#include <gtest/gtest.h>

namespace scop::spf {
namespace {

TEST(RecordTest, reads_directives_and_modifiers) {
  const auto record =
      parse_record("V=SPF1  ip4:192.0.2.0/24 ~a:Mail.Example.com/24//64 ?mx//48 exp=e.%{d} x-y=%{c} -ALL ")
          .value();
  ASSERT_EQ(record.directives.size(), 4U);
  EXPECT_EQ(record.directives[0].mechanism, Mechanism::ip4);
  EXPECT_EQ(record.directives[0].prefix_v4, 24U);
  EXPECT_EQ(record.directives[1].qualifier, Result::softfail);
  EXPECT_EQ(record.directives[1].prefix_v4, 24U);
  EXPECT_EQ(record.directives[1].prefix_v6, 64U);
  EXPECT_EQ(record.directives[2].prefix_v6, 48U);
  EXPECT_FALSE(record.directives[2].domain);
  EXPECT_EQ(record.directives[3].text, "-ALL");
  EXPECT_TRUE(record.explanation);
}

TEST(RecordTest, what_stands_behind_all_is_checked_and_dropped) {
  const auto record = parse_record("v=spf1 redirect=a.example -all ip4:192.0.2.1").value();
  EXPECT_EQ(record.directives.size(), 1U);
  EXPECT_FALSE(record.redirect);
  EXPECT_FALSE(parse_record("v=spf1 -all ip4:nonsense"));
}

TEST(RecordTest, an_error_anywhere_is_an_error) {
  for (const auto* text : {"v=spf1 foo",
                           "v=spf1 a:",
                           "v=spf1 a/33",
                           "v=spf1 a/03",
                           "v=spf1 a//129",
                           "v=spf1 a/",
                           "v=spf1 a:x.com/24/64",
                           "v=spf1 ip4:192.0.2.1/33",
                           "v=spf1 ip4:192.0.2",
                           "v=spf1 ip4:192.0.2.01",
                           "v=spf1 ip4",
                           "v=spf1 ip4:::1",
                           "v=spf1 ip6:192.0.2.1",
                           "v=spf1 ip6:::1//64",
                           "v=spf1 include",
                           "v=spf1 include:",
                           "v=spf1 exists",
                           "v=spf1 all:x.com",
                           "v=spf1 all/8",
                           "v=spf1 -",
                           "v=spf1 +-all",
                           "v=spf1 ptr/24",
                           "v=spf1 include:x.com/24",
                           "v=spf1 redirect=",
                           "v=spf1 redirect=a.com redirect=a.com",
                           "v=spf1 exp=a.com exp=a.com",
                           "v=spf1 +exp=a.com",
                           "v=spf1 =x",
                           "v=spf1 1x=y",
                           "v=spf1\t-all",
                           "v=spf1 a:%{t}.com",
                           "v=spf1 x=%",
                           "v=spf1 -all\x01",
                           "v=spf1 a:192.0.2.1",
                           "v=spf1 a:com",
                           "v=spf10 -all",
                           "v=spf1 exists:x.com//64"}) {
    EXPECT_FALSE(parse_record(text)) << text;
  }
  EXPECT_FALSE(parse_record(std::string_view("v=spf1 a\0 -all", 14)));
}

TEST(RecordTest, only_the_whole_version_makes_a_record) {
  EXPECT_TRUE(is_record("v=spf1") && is_record("v=SPF1 -all"));
  EXPECT_FALSE(is_record("v=spf10") || is_record("v=spf2.0/pra -all") || is_record(" v=spf1") ||
               is_record(""));
}

}  // namespace
}  // namespace scop::spf
