#include "https_client/url.hpp"

#include <gtest/gtest.h>

namespace scop::test {
namespace {

using https_client::parse_url;
using https_client::Url;

TEST(Url, HostPortPathAndQueryAreRead) {
  EXPECT_EQ(parse_url("https://mta-sts.example.com/.well-known/mta-sts.txt"),
            (Url{"mta-sts.example.com", 443, "/.well-known/mta-sts.txt"}));
  EXPECT_EQ(parse_url("HTTPS://Reports.Example.:8443/v1/tls?for=a%20b&c"),
            (Url{"reports.example", 8443, "/v1/tls?for=a%20b&c"}));
  EXPECT_EQ(parse_url("https://a.example"), (Url{"a.example", 443, "/"}));
  EXPECT_EQ(parse_url("https://a.example?q"), (Url{"a.example", 443, "/?q"}));
}

TEST(Url, OtherSchemesUsersFragmentsAndAddressesAreUnsupported) {
  for (const auto* text : {"http://a.example/", "mailto:a@b.example", "https:a.example", "",
                           "https://u:p@a.example/", "https://a.example/#x", "https://[::1]/"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::unsupported) << text;
  }
}

TEST(Url, WhatCouldAddALineOrAHostIsMalformed) {
  for (const auto* text :
       {"https://", "https:///x", "https://a b/", "https://a.example/ HTTP/1.1", "https://a.example/\r\nX: y",
        "https://a.example\r\n/", "https://a..example/", "https://-a.example/", "https://127.0.0.1/",
        "https://2130706433/", "https://a.example:0/", "https://a.example:65536/", "https://a.example:/",
        "https://a.example:4x/", "https://a.example/%2", "https://a.example/%zz",
        "https://b\xc3\xbc.example/", "https://a.example/\xc3\xbc", "https://a.example\\@b.example/"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_TRUE(url.error().kind == ErrorKind::malformed || url.error().kind == ErrorKind::unsupported)
        << text;
  }
}

TEST(Url, LengthIsBounded) {
  EXPECT_EQ(parse_url("https://a.example/" + std::string(3'000, 'x')).error().kind, ErrorKind::too_large);
  EXPECT_FALSE(parse_url("https://" + std::string(64, 'a') + ".example/"));
}

}  // namespace
}  // namespace scop::test
