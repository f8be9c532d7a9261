#include "play.hpp"

namespace scop::smtp_client {
namespace {

Session greeted(Policy policy) {
  Session session(std::move(policy));
  EXPECT_EQ(session.connected().need, Need::reply);
  EXPECT_EQ(session.received("220-mx.test\r\n220 ESMTP\r\n"),
            (Step{"EHLO me.test\r\n", Need::reply, Wait::ehlo}));
  return session;
}

Policy with(TlsPolicy tls) { return {.helo = "me.test", .tls = tls}; }

TEST(Opening, SaysEhloAndIsReady) {
  auto session = greeted(with(TlsPolicy::off));
  EXPECT_EQ(session.received(full_ehlo).need, Need::ready);
  EXPECT_TRUE(session.capabilities().dsn);
  EXPECT_TRUE(session.reusable());
}

TEST(Opening, FallsBackToHelo) {
  auto session = greeted(with(TlsPolicy::opportunistic));
  EXPECT_EQ(session.received("502 5.5.1 what?\r\n").send, "HELO me.test\r\n");
  EXPECT_EQ(session.received("250 mx.test\r\n").need, Need::ready);
  EXPECT_FALSE(session.capabilities().pipelining);
}

TEST(Opening, StartsTlsWhereOfferedAndForgetsWhatWasAnnounced) {
  auto session = greeted(with(TlsPolicy::opportunistic));
  EXPECT_EQ(session.received("250-mx.test\r\n250-DSN\r\n250 STARTTLS\r\n").send, "STARTTLS\r\n");
  EXPECT_EQ(session.received("220 go\r\n").need, Need::tls);
  EXPECT_EQ(session.tls_established(false).send, "EHLO me.test\r\n");
  EXPECT_EQ(session.received("250 mx.test\r\n").need, Need::ready);
  EXPECT_TRUE(session.in_tls());
  EXPECT_FALSE(session.capabilities().dsn);
}

TEST(Opening, IsBrokenOffWhereClearTextFollowsTheReplyToStartTls) {
  auto session = greeted(with(TlsPolicy::require));
  session.received(tls_ehlo);
  EXPECT_EQ(session.received("220 go\r\n250-mx.test\r\n250 AUTH PLAIN\r\n").need, Need::hang_up);
  EXPECT_EQ(session.trouble()->reply.enhanced, "4.7.5");
  EXPECT_FALSE(session.trouble()->handshake_failed);
}

TEST(Opening, TriesClearTextAfterAFailedHandshakeOnlyWhereThatIsAllowed) {
  for (const auto policy : {TlsPolicy::opportunistic, TlsPolicy::require}) {
    auto session = greeted(with(policy));
    session.received(tls_ehlo);
    session.received("220 go\r\n");
    EXPECT_EQ(session.tls_failed("alert 40").need, Need::hang_up);
    EXPECT_EQ(session.trouble()->handshake_failed, policy == TlsPolicy::opportunistic);
  }
}

TEST(Opening, GoesOnInClearWhereStartTlsIsRefused) {
  auto session = greeted(with(TlsPolicy::opportunistic));
  session.received(tls_ehlo);
  EXPECT_EQ(session.received("454 4.7.0 no TLS now\r\n").need, Need::ready);
  EXPECT_FALSE(session.in_tls());
}

TEST(Opening, FailsWithoutTlsWhereItIsRequired) {
  auto session = greeted(with(TlsPolicy::require));
  EXPECT_EQ(session.received(full_ehlo).need, Need::hang_up);
  EXPECT_EQ(session.trouble()->reply.enhanced, "4.7.10");
  auto refused = greeted(with(TlsPolicy::require));
  refused.received(tls_ehlo);
  EXPECT_EQ(refused.received("454 4.7.0 no TLS now\r\n").need, Need::hang_up);
}

TEST(Opening, SendsThePasswordUnderTlsAlone) {
  const Credentials credentials{"me", "secret"};
  Policy policy{.helo = "me.test", .tls = TlsPolicy::require, .credentials = &credentials};
  auto session = greeted(policy);
  session.received("250-mx.test\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
  session.received("220 go\r\n");
  session.tls_established(true);
  EXPECT_EQ(session.received("250-mx.test\r\n250 AUTH LOGIN PLAIN\r\n").send,
            "AUTH PLAIN AG1lAHNlY3JldA==\r\n");
  EXPECT_EQ(session.received("235 2.7.0 ok\r\n").need, Need::ready);

  policy.tls = TlsPolicy::opportunistic;
  auto clear = greeted(policy);
  EXPECT_EQ(clear.received("250-mx.test\r\n250 AUTH PLAIN\r\n").need, Need::hang_up);
}

TEST(Opening, TakesARefusedPasswordAsAMistakeThatSomebodyMends) {
  const Credentials credentials{"me", "wrong"};
  auto session = greeted({.helo = "me.test", .implicit_tls = true, .credentials = &credentials});
  session.received("250-mx.test\r\n250 AUTH PLAIN\r\n");
  EXPECT_EQ(session.received("535 5.7.8 no\r\n").need, Need::hang_up);
  EXPECT_FALSE(session.trouble()->permanent);
  EXPECT_FALSE(session.trouble()->ours);
}

TEST(Opening, IsRefusedForEverBy521Alone) {
  for (const auto& [greeting, permanent] :
       {std::pair("521 no mail here\r\n", true), {"554 go away\r\n", false}, {"421 busy\r\n", false}}) {
    Session session(with(TlsPolicy::off));
    session.connected();
    EXPECT_EQ(session.received(greeting).need, Need::hang_up);
    EXPECT_EQ(session.trouble()->permanent, permanent) << greeting;
  }
}

TEST(Opening, WaitsOnUnderTheSameDeadlineWhileAReplyTricklesIn) {
  Session session(with(TlsPolicy::off));
  session.connected();
  for (const char c : std::string_view("220-slow\r\n220 "))
    EXPECT_TRUE(session.received({&c, 1}).keep_deadline);
  EXPECT_FALSE(session.received("x\r\n").keep_deadline);
}

TEST(Opening, EndsWhereMoreComesThanWasAsked) {
  for (const auto* more : {"250 ok\r\n", "x", "421 bye\r\n"}) {
    auto session = greeted(with(TlsPolicy::off));
    EXPECT_EQ(session.received(std::string(bare_ehlo) + more).need, Need::hang_up);
    EXPECT_EQ(session.trouble()->reply.enhanced, "4.5.0");
    EXPECT_FALSE(session.reusable());
  }
}

TEST(Opening, EndsOnGarbageAndEndlessReplies) {
  for (const auto& octets : {std::string("HTTP/1.1 400 Bad Request\r\n"), std::string("\x16\x03\x01\r\n"),
                             std::string(70000, 'x'), std::string("220\x01x\r\n")}) {
    Session session(with(TlsPolicy::off));
    session.connected();
    EXPECT_EQ(session.received(octets).need, Need::hang_up);
    EXPECT_EQ(session.trouble()->reply.enhanced, "4.5.0");
  }
  Session endless(with(TlsPolicy::off));
  endless.connected();
  Step step;
  int lines = 0;
  for (; lines < 10000 && step.need == Need::reply; ++lines) step = endless.received("220-and more\r\n");
  EXPECT_EQ(step.need, Need::hang_up);
  EXPECT_LT(lines, 200);
}

}  // namespace
}  // namespace scop::smtp_client
