#include "spamfilter/clamd_reply.hpp"

#include <gtest/gtest.h>

#include "spamfilter/clamd.hpp"

namespace scop::spamfilter {
namespace {

TEST(ClamdReplies, NameTheVirusOrNone) {
  EXPECT_EQ(*parse_clamd_reply("stream: OK"), "");
  EXPECT_EQ(*parse_clamd_reply("stream: Eicar-Test-Signature FOUND"), "Eicar-Test-Signature");
  EXPECT_EQ(*parse_clamd_reply(std::string_view("stream: Win.Test FOUND\0", 23)), "Win.Test");
  EXPECT_EQ(*parse_clamd_reply("stream: a\r\nb FOUND"), "a\\x0d\\x0ab");
}

TEST(ClamdReplies, AreErrorsOtherwise) {
  EXPECT_EQ(parse_clamd_reply("INSTREAM size limit exceeded. ERROR").error().kind, ErrorKind::too_large);
  for (const auto* reply : {"", "OK", "stream:", "stream:  FOUND", "UNKNOWN COMMAND", "stream: OK OK"}) {
    ASSERT_FALSE(parse_clamd_reply(reply)) << reply;
    EXPECT_EQ(parse_clamd_reply(reply).error().kind, ErrorKind::broken) << reply;
  }
}

TEST(ClamdEndpoints, ArePathsOrAddresses) {
  EXPECT_EQ(parse_clamd_endpoint("/run/clamd.ctl")->protocol().family(), AF_UNIX);
  EXPECT_EQ(parse_clamd_endpoint("127.0.0.1:3310")->protocol().family(), AF_INET);
  EXPECT_FALSE(parse_clamd_endpoint("clamd"));
}

}  // namespace
}  // namespace scop::spamfilter
