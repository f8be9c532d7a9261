#include "https_client/response_reader.hpp"

#include <gtest/gtest.h>

namespace scop::test {
namespace {

using https_client::Response;
using https_client::ResponseReader;

constexpr std::size_t most_body = 1'000;

// The whole text in pieces of `piece` octets, then the end of the connection.
Outcome<Response> read(std::string_view text, std::size_t piece = 1, bool clean = true,
                       bool status_only = false) {
  ResponseReader reader(most_body, status_only);
  while (!text.empty()) {
    const auto done = reader.feed(text.substr(0, piece));
    if (!done) return std::unexpected(done.error());
    if (*done) return reader.take();
    text.remove_prefix(std::min(piece, text.size()));
  }
  if (auto ended = reader.end(clean); !ended) return std::unexpected(ended.error());
  return reader.take();
}

TEST(HttpResponse, ReadsTheSameHoweverItIsCut) {
  const Response expected{200, "text/plain", "version: STSv1\r\n"};
  const std::string plain =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 16\r\n\r\nversion: STSv1\r\nrest";
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;a=b\r\nversi\r\nb\r\non: STSv1\r\n\r\n0\r\nTrailer: x\r\n\r\n";
  // Cut anywhere within the last chunk: Beast 1.81 asserts where it is shown less than the whole of it.
  const std::string empty = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  for (std::size_t piece = 1; piece <= empty.size(); ++piece)
    EXPECT_EQ(read(empty, piece), (Response{200, "", ""})) << piece;
  for (const std::size_t piece : {1, 2, 3, 7, 16, 100, 10'000}) {
    EXPECT_EQ(read(plain, piece), expected) << piece;
    EXPECT_EQ(read(chunked, piece), expected) << piece;
  }
}

TEST(HttpResponse, InterimResponsesArePassedOver) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
  const std::string final = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno";
  for (const std::size_t piece : {1, 10'000}) {
    EXPECT_EQ(read(interim + interim + final, piece), (Response{404, "", "no"})) << piece;
    std::string many;
    for (int i = 0; i < 10; ++i) many += interim;
    EXPECT_EQ(read(many + final, piece).error().kind, ErrorKind::too_large) << piece;
  }
}

TEST(HttpResponse, RedirectIsAnAnswer) {
  EXPECT_EQ(read("HTTP/1.1 301 Moved\r\nLocation: https://b.example/\r\nContent-Length: 0\r\n\r\n"),
            (Response{301, "", ""}));
}

TEST(HttpResponse, BodyUpToTheEndOfTheConnectionCountsOnlyWhereThatEndIsTheServersWord) {
  const std::string_view text = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it";
  EXPECT_EQ(read(text, 5, true), (Response{200, "text/plain", "all of it"}));
  EXPECT_EQ(read(text, 5, false).error().kind, ErrorKind::closed);
}

TEST(HttpResponse, WhatIsCutShortIsNoResponse) {
  const std::string_view text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto response = read(text.substr(0, size));
    ASSERT_FALSE(response) << size;
    EXPECT_EQ(response.error().kind, ErrorKind::closed) << size;
  }
  EXPECT_TRUE(read(text));
}

TEST(HttpResponse, StatusOnlyIsDoneWithTheHeader) {
  EXPECT_EQ(read("HTTP/1.1 201 Created\r\nContent-Length: 99999\r\n\r\n", 1, false, true),
            (Response{201, "", ""}));
}

TEST(HttpResponse, SizesAreBounded) {
  const auto too_large = [](const std::string& text, std::size_t piece) {
    const auto response = read(text, piece);
    return !response && response.error().kind == ErrorKind::too_large;
  };
  std::string fields;
  for (int i = 0; i < 101; ++i) fields += "X: y\r\n";
  std::string chunks;
  for (int i = 0; i < 1'001; ++i) chunks += "1\r\nx\r\n";
  for (const std::size_t piece : {100, 100'000}) {
    EXPECT_TRUE(
        too_large("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + std::string(1'001, 'x'), piece));
    EXPECT_TRUE(too_large("HTTP/1.1 200 OK\r\n\r\n" + std::string(1'001, 'x'), piece));
    EXPECT_TRUE(too_large("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, piece));
    EXPECT_TRUE(too_large("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'), piece));
    EXPECT_TRUE(too_large("HTTP/1.1 200 OK\r\n" + fields + "\r\n", piece));
    EXPECT_TRUE(too_large(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(900'000, 'x'), piece));
  }
}

TEST(HttpResponse, WhatIsNoHttpIsMalformed) {
  for (const auto* text : {"220 mail.example ESMTP\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/2 200\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx"}) {
    const auto response = read(text);
    ASSERT_FALSE(response) << text;
    EXPECT_EQ(response.error().kind, ErrorKind::malformed) << text;
  }
}

}  // namespace
}  // namespace scop::test
