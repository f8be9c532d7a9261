// gRPC's message prefix, grpc-timeout, percent-encoding, identities.
#include <gtest/gtest.h>

#include "pipe/frame.hpp"
#include "pipe/identity.hpp"
#include "pipe/keepalive.hpp"
#include "pipe/percent.hpp"
#include "pipe/timeout.hpp"

namespace scop::pipe {
namespace {

using namespace std::chrono_literals;

TEST(Deframer, TakesMessagesOctetByOctet) {
  const auto wire = frame_message("one") + frame_message("") + frame_message("three");
  Deframer deframer(100);
  std::deque<std::string> messages;
  for (const char c : wire) EXPECT_TRUE(deframer.feed({&c, 1}, messages));
  EXPECT_EQ(messages, (std::deque<std::string>{"one", "", "three"}));
  EXPECT_TRUE(deframer.between_messages());
}

TEST(Deframer, KnowsThatAMessageIsCutShort) {
  Deframer deframer(100);
  std::deque<std::string> messages;
  EXPECT_TRUE(deframer.feed(frame_message("three").substr(0, 7), messages));
  EXPECT_FALSE(deframer.between_messages());
  EXPECT_TRUE(messages.empty());
}

TEST(Deframer, RefusesWhatIsTooLargeBeforeItComes) {
  Deframer deframer(100);
  std::deque<std::string> messages;
  const auto fed = deframer.feed({"\0\0\0\0\x65", 5}, messages);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, Code::resource_exhausted);
}

TEST(Deframer, RefusesCompressedMessages) {
  Deframer deframer(100);
  std::deque<std::string> messages;
  const auto fed = deframer.feed({"\1\0\0\0\1x", 6}, messages);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, Code::unimplemented);
}

TEST(Timeout, ParsesEveryUnit) {
  EXPECT_EQ(parse_timeout("1H"), 1h);
  EXPECT_EQ(parse_timeout("2M"), 2min);
  EXPECT_EQ(parse_timeout("3S"), 3s);
  EXPECT_EQ(parse_timeout("4m"), 4ms);
  EXPECT_EQ(parse_timeout("5u"), 5us);
  EXPECT_EQ(parse_timeout("99999999n"), 99'999'999ns);
}

TEST(Timeout, IsADayAtMost) { EXPECT_EQ(parse_timeout("99999999H"), 24h); }

TEST(Timeout, RefusesEverythingElse) {
  for (const auto* text : {"", "1", "S", "-1S", "+1S", "1 S", "123456789S", "1s", "1.5S", "1SS"}) {
    EXPECT_EQ(parse_timeout(text), std::nullopt) << text;
  }
}

TEST(Timeout, IsWrittenInAtMostEightDigitsAndNeverShorter) {
  for (const auto left : {0ns, 1ns, 99'999'999ns, 100'000'001ns, 30s + 1ns, std::chrono::nanoseconds(24h)}) {
    const auto text = format_timeout(left);
    EXPECT_LE(text.size(), 9U);
    const auto back = parse_timeout(text);
    ASSERT_TRUE(back) << text;
    EXPECT_GE(*back, left);
    EXPECT_LE(*back, left + 1ms);
  }
}

TEST(Percent, EncodesWhatTheFieldCannotCarryAndBack) {
  const std::string text = "50% für\r\n\x7f\x01 ok";
  const auto encoded = percent_encode(text);
  EXPECT_EQ(encoded, "50%25 f%C3%BCr%0D%0A%7F%01 ok");
  EXPECT_EQ(percent_decode(encoded), text);
}

TEST(Percent, LeavesBrokenEscapesAsTheyAre) { EXPECT_EQ(percent_decode("%zz %4 %"), "%zz %4 %"); }

Outcome<std::string> identity(std::vector<std::string> uris) { return identity_of(uris, "mesh.test"); }

TEST(Identity, IsTheNameBehindTheTrustDomain) { EXPECT_EQ(identity({"spiffe://mesh.test/relay"}), "relay"); }

TEST(Identity, IsNobodysWhereTheNameIsNotExactlyThat) {
  EXPECT_FALSE(identity({}));
  EXPECT_FALSE(identity({"spiffe://mesh.test/relay", "spiffe://mesh.test/signer"}));
  for (const auto* uri : {"spiffe://mesh.test/", "spiffe://mesh.test", "spiffe://mesh.testx/relay",
                          "spiffe://other.test/relay", "spiffe://mesh.test/a/b", "spiffe://mesh.test/Relay",
                          "SPIFFE://mesh.test/relay", "https://mesh.test/relay", "spiffe://mesh.test/relay?x",
                          "spiffe://mesh.test/..", "spiffe://mesh.test:1/relay", ""}) {
    EXPECT_FALSE(identity({uri})) << uri;
  }
  EXPECT_FALSE(identity({std::string("spiffe://mesh.test/relay\0x", 26)}));
}

TEST(Keepalive, AsksASilentPeerOnceAndThenTakesItForDead) {
  using Verdict = Keepalive::Verdict;
  const Deadline start{};
  Keepalive keepalive(20s, 10s, start);
  EXPECT_EQ(keepalive.check(start + 19s), Verdict::alive);
  EXPECT_EQ(keepalive.next(), start + 20s);
  EXPECT_EQ(keepalive.check(start + 20s), Verdict::ask);
  EXPECT_EQ(keepalive.check(start + 29s), Verdict::alive);
  EXPECT_EQ(keepalive.next(), start + 30s);
  keepalive.heard(start + 29s);
  EXPECT_EQ(keepalive.check(start + 30s), Verdict::alive);
  EXPECT_EQ(keepalive.check(start + 49s), Verdict::ask);
  EXPECT_EQ(keepalive.check(start + 59s), Verdict::dead);
}

}  // namespace
}  // namespace scop::pipe
