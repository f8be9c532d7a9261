#include "http/response.hpp"

#include <gtest/gtest.h>

#include "http/date.hpp"

namespace scop::http {
namespace {

constexpr Time then{std::chrono::seconds(784'111'777)};  // RFC 9110 5.6.7's own example

TEST(Dates, AreThoseOfTheRfcs) {
  EXPECT_EQ(format_date(then), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_timestamp(then), "1994-11-06T08:49:37Z");
}

TEST(Octets, AreAWholeResponse) {
  EXPECT_EQ(
      to_octets({.status = 200, .type = "text/plain", .body = "hello", .fields = {{"A", "b"}}},
                {.keep_alive = true, .now = then}),
      "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\n"
      "X-Content-Type-Options: nosniff\r\nA: b\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello");
}

TEST(Octets, AnswerHeadWithTheLengthAndNoBody) {
  const auto octets = to_octets({.type = "text/plain", .body = "hello", .fields = {}},
                                {.keep_alive = false, .head_only = true, .now = then});
  EXPECT_TRUE(octets.contains("Content-Length: 5\r\n"));
  EXPECT_TRUE(octets.ends_with("Connection: close\r\n\r\n"));
}

TEST(Octets, HaveNoLengthWithoutContent) {
  const auto octets = to_octets({.status = 204, .type = "", .body = "", .fields = {}}, {.now = then});
  EXPECT_FALSE(octets.contains("Content-Length"));
  EXPECT_TRUE(octets.ends_with("\r\n\r\n"));
}

TEST(Octets, NeverHoldASecondResponse) {
  const auto octets = to_octets(
      {.status = 302, .type = "", .body = "", .fields = {{"Location", "/a\r\nSet-Cookie: x"}, {"B\n", "c"}}},
      {.now = then});
  EXPECT_FALSE(octets.contains("Set-Cookie"));
  EXPECT_FALSE(octets.contains("B\n"));
}

TEST(Problem, SaysStatusAndCause) {
  EXPECT_EQ(problem(404, "nothing here").body, "404 Not Found: nothing here\n");
}

}  // namespace
}  // namespace scop::http
