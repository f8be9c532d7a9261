#include "http/target.hpp"

#include <gtest/gtest.h>

#include "http/query.hpp"

namespace scop::http {
namespace {

TEST(Authority, IsAHostInLowerCaseAndMaybeAPort) {
  EXPECT_EQ(parse_authority("MTA-STS.Example.org"), (Authority{"mta-sts.example.org", std::nullopt}));
  EXPECT_EQ(parse_authority("example.org.:8443"), (Authority{"example.org", 8443}));
  EXPECT_EQ(parse_authority("[2001:DB8::1]:443"), (Authority{"2001:db8::1", 443}));
  EXPECT_EQ(parse_authority("192.0.2.1"), (Authority{"192.0.2.1", std::nullopt}));
}

TEST(Authority, IsNothingElse) {
  for (const auto* text : {"", ".", "a..b", "a b", "ann@example.org", "example.org:", "example.org:0",
                           "example.org:65536", "example.org:+1", "example.org:1:2", "[::1", "[::1]x",
                           "[example.org]", "b\xc3\xbc.example", "a/b", "a\tb", "exa%6dple.org"}) {
    EXPECT_FALSE(parse_authority(text)) << text;
  }
  EXPECT_FALSE(parse_authority(std::string("a\0b", 3)));
  EXPECT_FALSE(parse_authority(std::string(64, 'a') + ".org"));
  EXPECT_FALSE(parse_authority(std::string(300, 'a')));
}

TEST(Target, HasPathAndQuery) {
  const auto target = parse_target("GET", "/mail/config-v1.1.xml?emailaddress=ann%40example.org");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/mail/config-v1.1.xml");
  EXPECT_EQ(target->query, "emailaddress=ann%40example.org");
  EXPECT_FALSE(target->authority);
}

TEST(Target, MayBeAWholeUri) {
  const auto target = parse_target("GET", "HTTPS://Example.org:8443?x");
  ASSERT_TRUE(target);
  EXPECT_EQ(*target, (Target{"https", Authority{"example.org", 8443}, "/", "x"}));
}

TEST(Target, IsAnAsteriskForOptionsAlone) {
  EXPECT_EQ(parse_target("OPTIONS", "*")->path, "*");
  EXPECT_FALSE(parse_target("GET", "*"));
}

TEST(Target, HasNoCharactersThatUrisHaveNot) {
  for (const auto* text :
       {"", "x", "//\x01", "/a b", "/a\"b", "/a<b", "/a#b", "/a%", "/a%4", "/a%zz", "/\xc3\xbc", "/a\\b",
        "/a|b", "http://", "ftp://example.org/", "https://ann@example.org/"}) {
    EXPECT_FALSE(parse_target("GET", text)) << text;
  }
  EXPECT_FALSE(parse_target("CONNECT", "example.org:443"));
}

TEST(QueryValue, IsTheFirstOfTheNameInAnyCase) {
  EXPECT_EQ(query_value("a=1&Email=ann%2Bx%40example.org&email=2", "email"), "ann+x@example.org");
  EXPECT_EQ(query_value("email=ann+x@example.org", "email"), "ann+x@example.org");
  EXPECT_EQ(query_value("email", "email"), "");
  EXPECT_EQ(query_value("", "email"), std::nullopt);
  EXPECT_EQ(query_value("email=%4", "email"), std::nullopt);
  EXPECT_EQ(query_value("%=1&&=&email=2", "email"), "2");
}

}  // namespace
}  // namespace scop::http
