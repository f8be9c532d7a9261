// RFC 2033: LHLO, and behind the message one reply for each accepted recipient, in their order.
#include "play.hpp"

namespace scop::smtp_client {
namespace {

using enum Result;
using Results = std::vector<Result>;

Session opened_lmtp(std::string_view lhlo = full_ehlo) {
  auto policy = plain_policy();
  policy.lmtp = true;
  Session session(std::move(policy));
  session.connected();
  EXPECT_EQ(session.received("220 hi\r\n").send, "LHLO me.test\r\n");
  EXPECT_EQ(session.received(lhlo).need, Need::ready);
  return session;
}

void send_message(Session& session) {
  session.end_mark_leaving();
  EXPECT_EQ(session.message_sent().need, Need::reply);
}

TEST(Lmtp, ThereIsNoHelo) {
  auto policy = plain_policy();
  policy.lmtp = true;
  Session session(std::move(policy));
  session.received("220 hi\r\n");
  EXPECT_EQ(session.received("502 what\r\n").need, Need::hang_up);
}

TEST(Lmtp, EachAcceptedRecipientHasItsReply) {
  auto session = opened_lmtp();
  session.begin(to({"a@t.test", "b@t.test", "c@t.test", "d@t.test"}));
  session.received("250 ok\r\n250 ok\r\n550 5.1.1 nobody\r\n250 ok\r\n250 ok\r\n354 go\r\n");
  send_message(session);
  EXPECT_EQ(session.received("250 2.0.0 a has it\r\n452 4.2.2 c is full\r\n").need, Need::reply);
  EXPECT_EQ(session.received("552 5.2.2 d is full\r\n").need, Need::report);
  EXPECT_EQ(results(session), (Results{relayed, failed, deferred, failed}));
  EXPECT_EQ(session.report().recipients[3].reply.enhanced, "5.2.2");
  EXPECT_TRUE(session.reusable());
}

TEST(Lmtp, RepliesThatAreMissingDeferTheirRecipientsAlone) {
  auto session = opened_lmtp();
  session.begin(to({"a@t.test", "b@t.test"}));
  session.received("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
  send_message(session);
  session.received("250 ok\r\n");
  EXPECT_EQ(session.lost(Loss::closed).need, Need::hang_up);
  EXPECT_EQ(results(session), (Results{relayed, deferred}));
  EXPECT_TRUE(session.report().uncertain);
}

TEST(Lmtp, AReplyTooManyEndsTheSession) {
  auto session = opened_lmtp();
  session.begin(to({"a@t.test"}));
  session.received("250 ok\r\n250 ok\r\n354 go\r\n");
  send_message(session);
  EXPECT_EQ(session.received("250 ok\r\n550 surprise\r\n").need, Need::report);
  EXPECT_EQ(results(session), (Results{relayed}));
  EXPECT_FALSE(session.reusable());
}

TEST(Lmtp, AServerThatClosesDefersWhatIsLeft) {
  auto session = opened_lmtp();
  session.begin(to({"a@t.test", "b@t.test"}));
  session.received("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
  send_message(session);
  EXPECT_EQ(session.received("250 ok\r\n421 closing\r\n").need, Need::hang_up);
  EXPECT_EQ(results(session), (Results{relayed, deferred}));
}

TEST(Lmtp, NobodyIsThereAndDataIsTakenAllTheSame) {
  auto session = opened_lmtp();
  session.begin(to({"a@t.test"}));
  EXPECT_EQ(session.received("250 ok\r\n550 no\r\n354 go\r\n").need, Need::hang_up);
  EXPECT_EQ(results(session), (Results{failed}));
}

}  // namespace
}  // namespace scop::smtp_client
