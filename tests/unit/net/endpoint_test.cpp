#include "net/endpoint.hpp"

#include <gtest/gtest.h>

namespace scop::net {
namespace {

TEST(Endpoint, ParsesAddressAndPortAndWritesThemBack) {
  for (const auto* text : {"127.0.0.1:587", "[::1]:25", "0.0.0.0:0", "[2001:db8::1]:65535", "[::]:1"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(to_text(*endpoint), text);
  }
}

TEST(Endpoint, RefusesNamesAndHalves) {
  for (const std::string_view text :
       {"", ":", "127.0.0.1", "127.0.0.1:", ":25", "localhost:25", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1: 1", "::1:25", "[127.0.0.1]:25", "[::1]", "[::1:25", "1.2.3:4", "127.0.0.1:000025",
        "[]:1"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
  EXPECT_FALSE(parse_endpoint(std::string("127.0.0.1\0:25", 13)));
}

}  // namespace
}  // namespace scop::net
