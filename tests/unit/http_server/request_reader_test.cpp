#include "http_server/request_reader.hpp"

#include <gtest/gtest.h>

namespace scop::http_server {
namespace {

struct Result {
  std::optional<http::Request> request;
  unsigned status = 0;  // of the refusal; 0: more octets are wanted
  bool wanted_continue = false;
  std::string rest;
};

// In pieces of `piece` octets.
Result read(std::string_view octets, std::size_t piece, const RequestBounds& bounds = {}) {
  RequestReader reader(bounds);
  Result result;
  while (!octets.empty()) {
    const auto part = octets.substr(0, piece);
    octets.remove_prefix(part.size());
    result.rest += part;
    const auto progress = reader.feed(result.rest);
    if (!progress) {
      result.status = progress.error().status;
      return result;
    }
    if (*progress == RequestReader::Progress::wants_continue) result.wanted_continue = true;
    if (*progress != RequestReader::Progress::done) continue;
    result.request = reader.take();
    result.rest += octets;
    return result;
  }
  return result;
}

unsigned status_of(std::string_view octets, const RequestBounds& bounds = {}) {
  const auto whole = read(octets, octets.size(), bounds);
  const auto dripped = read(octets, 1, bounds);
  EXPECT_EQ(whole.status, dripped.status) << octets;
  EXPECT_EQ(whole.request.has_value(), dripped.request.has_value()) << octets;
  return whole.status;
}

TEST(RequestReader, ReadsARequestInPiecesOfAnySize) {
  constexpr std::string_view octets =
      "POST /a/b?c=d HTTP/1.1\r\nHost: Example.org:8443\r\nContent-Length: 5\r\nX: y\r\n\r\nhelloGET";
  for (const std::size_t piece : {1U, 2U, 7U, 1000U}) {
    const auto result = read(octets, piece);
    ASSERT_TRUE(result.request) << piece;
    EXPECT_EQ(result.request->method, "POST");
    EXPECT_EQ(result.request->target.path, "/a/b");
    EXPECT_EQ(result.request->target.query, "c=d");
    EXPECT_EQ(result.request->authority, (http::Authority{"example.org", 8443}));
    EXPECT_EQ(result.request->body, "hello");
    EXPECT_TRUE(result.request->keep_alive);
    EXPECT_EQ(*result.request->find("x"), "y");
    EXPECT_EQ(result.rest, "GET") << "what follows belongs to the next request";
  }
}

TEST(RequestReader, ReadsChunksAndForgetsTrailers) {
  const auto result = read(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nHost: b\r\n\r\nrest",
      1);
  ASSERT_TRUE(result.request);
  EXPECT_EQ(result.request->body, "abcde");
  EXPECT_EQ(result.request->authority.host, "a");
  EXPECT_EQ(result.rest, "rest");
}

TEST(RequestReader, ReadsAChunkedBodyOfNothingInPieces) {
  for (const std::size_t piece : {1U, 2U, 3U, 4U, 5U, 1000U}) {
    const auto result =
        read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nrest", piece);
    ASSERT_TRUE(result.request) << piece;
    EXPECT_EQ(result.request->body, "");
    EXPECT_EQ(result.rest, "rest");
  }
}

TEST(RequestReader, TakesTheTargetsAuthorityBeforeHost) {
  const auto result = read("GET https://b.example/x HTTP/1.1\r\nHost: a\r\n\r\n", 100);
  ASSERT_TRUE(result.request);
  EXPECT_EQ(result.request->authority.host, "b.example");
  EXPECT_EQ(result.request->target.path, "/x");
}

TEST(RequestReader, SaysWhenTheClientWaitsForA100) {
  constexpr std::string_view octets =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  EXPECT_TRUE(read(octets, octets.size()).wanted_continue);
  EXPECT_FALSE(read(std::string(octets) + "ab", 1000).wanted_continue);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: x\r\n\r\nab"), 417U);
}

TEST(RequestReader, KeepsAliveAsTheVersionSays) {
  EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n", 100).request->keep_alive);
  EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 100).request->keep_alive);
  EXPECT_FALSE(read("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 100).request->keep_alive);
  EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n", 100).request->authority.host, "");
}

// RFC 9112 11.2: whatever a proxy before us could have understood in another way.
TEST(RequestReader, RefusesWhatCanBeUnderstoodInTwoWays) {
  constexpr std::string_view head = "POST / HTTP/1.1\r\nHost: a\r\n";
  for (const auto* fields :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3\r\nContent-Length: 3\r\n", "Content-Length: 3, 3\r\n", "Content-Length: +3\r\n",
        "Content-Length: 0x3\r\n", "Content-Length: -1\r\n", "Content-Length: 3 3\r\n", "Content-Length:\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Content-Length : 3\r\n",
        "Transfer-Encoding : chunked\r\n", " Content-Length: 3\r\n", "Host: b\r\n",
        "Content-Length: 18446744073709551617\r\n", "Content Length: 3\r\n", "X\r\n"}) {
    EXPECT_EQ(status_of(std::string(head) + fields + "\r\nabc"), 400U) << fields;
  }
  for (const auto* coding : {"gzip", "gzip, chunked", "xchunked", "chunked, chunked", "identity",
                             "\x0b"
                             "chunked"}) {
    const auto status = status_of(std::string(head) + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n");
    EXPECT_TRUE(status == 501 || status == 400) << coding << " " << status;
  }
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400U);
}

TEST(RequestReader, RefusesChunksThatAreNone) {
  constexpr std::string_view head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const auto* chunks : {"x\r\nabc", "-1\r\nab", "3\r\nabcd\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n",
                             "0x3\r\nabc\r\n0\r\n\r\n", "3 \x01\r\nabc"}) {
    EXPECT_EQ(status_of(std::string(head) + chunks), 400U) << chunks;
  }
  EXPECT_EQ(status_of(std::string(head) + "ffffffffffffffff\r\n"), 413U);
  EXPECT_EQ(status_of(std::string(head) + "fffffffffffffffff\r\n"), 400U);
}

TEST(RequestReader, RefusesLinesThatAreNone) {
  for (const auto* line :
       {"GET /\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n\r\n\r\n",
        "G<T / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01\r\n\r\n", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    EXPECT_EQ(status_of(line), 400U) << line;
  }
  EXPECT_EQ(status_of(std::string_view("GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 33)), 400U);
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 400U);
  EXPECT_FALSE(read("GET / HTTP/1.1\nHost: a\n\n", 100).request);
}

TEST(RequestReader, BoundsEverything) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(status_of(head + "Content-Length: 65537\r\n\r\n"), 413U);
  EXPECT_EQ(status_of(head + "X: " + std::string(17'000, 'x')), 431U);
  std::string many = head;
  for (int i = 0; i < 64; ++i) many += "A: b\r\n";
  EXPECT_EQ(status_of(many + "\r\n"), 431U);
  EXPECT_EQ(status_of("GET /" + std::string(5'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414U);
  EXPECT_EQ(status_of("GET /" + std::string(20'000, 'a')), 431U);
  const RequestBounds small{.body_octets = 16};
  EXPECT_EQ(status_of(head + "Transfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n9\r\n", small), 413U);
  // Chunk extensions and trailers count as well.
  EXPECT_EQ(read(head + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(60'000, 'x'), 100, small).status,
            413U);
  EXPECT_EQ(
      read(head + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(60'000, 'x'), 100, small).status,
      413U);
}

// Beast looks at an unfinished chunk's header anew with each read: without a bound of its own, 60,000 octets
// of it that come one by one would be looked at 60,000 times.
TEST(RequestReader, BoundsTheHeaderOfAChunkAsThatOfTheRequest) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const RequestBounds bounds;
  EXPECT_EQ(read(head + "1;" + std::string(bounds.header_octets - 100, 'x'), 100).status, 0U);
  EXPECT_EQ(read(head + "1;" + std::string(bounds.header_octets + 100, 'x'), 100).status, 413U);
  EXPECT_EQ(read(head + "0\r\nX: " + std::string(bounds.header_octets - 100, 'x'), 100).status, 0U);
  EXPECT_EQ(read(head + "0\r\nX: " + std::string(bounds.header_octets + 100, 'x'), 100).status, 413U);
}

TEST(RequestReader, WaitsForTheRest) {
  EXPECT_EQ(status_of("GET / HTT"), 0U);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"), 0U);
}

}  // namespace
}  // namespace scop::http_server
