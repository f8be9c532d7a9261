#include "play.hpp"

namespace scop::smtp_client {
namespace {

using enum Result;
using Results = std::vector<Result>;

constexpr std::string_view two_rcpts =
    "MAIL FROM:<me@here.test>\r\nRCPT TO:<a@there.test>\r\nRCPT TO:<b@there.test>\r\nDATA\r\n";

void send_message(Session& session) {
  session.end_mark_leaving();
  EXPECT_EQ(session.message_sent(), (Step{{}, Need::reply, Wait::final_reply}));
}

TEST(Transfer, LeavesInOneBatchWithPipelining) {
  auto session = opened("250-mx.test\r\n250 PIPELINING\r\n");
  EXPECT_EQ(session.begin(to({"a@there.test", "b@there.test"})),
            (Step{std::string(two_rcpts), Need::reply, Wait::mail}));
  EXPECT_EQ(session.received("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n").need, Need::message);
  send_message(session);
  EXPECT_EQ(session.received("250 2.0.0 taken\r\n").need, Need::report);
  EXPECT_EQ(results(session), (Results{relayed, relayed}));
  EXPECT_EQ(session.report().recipients[0].reply.lines.front(), "taken");
  EXPECT_TRUE(session.reusable());
}

TEST(Transfer, GoesStepByStepWithoutPipelining) {
  auto session = opened(bare_ehlo);
  EXPECT_EQ(session.begin(to({"a@there.test", "b@there.test"})).send, "MAIL FROM:<me@here.test>\r\n");
  EXPECT_EQ(session.received("250 ok\r\n").send, "RCPT TO:<a@there.test>\r\n");
  EXPECT_EQ(session.received("250 ok\r\n").send, "RCPT TO:<b@there.test>\r\n");
  EXPECT_EQ(session.received("251 will forward\r\n").send, "DATA\r\n");
  EXPECT_EQ(session.received("354 go\r\n").need, Need::message);
}

TEST(Transfer, NamesWhatItWaitsFor) {
  auto session = opened(bare_ehlo);
  EXPECT_EQ(session.begin(to({"a@there.test"})).wait, Wait::mail);
  EXPECT_EQ(session.received("250 ok\r\n").wait, Wait::rcpt);
  EXPECT_EQ(session.received("250 ok\r\n").wait, Wait::data);
  EXPECT_EQ(session.received("354 ok\r\n").wait, Wait::message);
}

TEST(Transfer, DecidesEachRecipientByItsOwnReply) {
  auto session = opened(full_ehlo);
  session.begin(to({"a@t.test", "b@t.test", "c@t.test", "d@t.test"}));
  session.received("250 ok\r\n250 ok\r\n550 5.1.1 nobody\r\n450 4.2.1 later\r\n552 too many\r\n354 go\r\n");
  send_message(session);
  EXPECT_EQ(session.received("250 taken\r\n").need, Need::report);
  EXPECT_EQ(results(session), (Results{relayed, failed, deferred, deferred}));
  EXPECT_EQ(session.report().recipients[1].reply.enhanced, "5.1.1");
  EXPECT_TRUE(session.report().recipients[0].dsn_passed_on);
  EXPECT_FALSE(session.report().recipients[1].dsn_passed_on);
}

TEST(Transfer, SendsALoneDotWhereNobodyWasAcceptedAndDataIsTakenAllTheSame) {
  auto session = opened(full_ehlo);
  session.begin(to({"a@t.test"}));
  EXPECT_EQ(session.received("250 ok\r\n550 no\r\n354 go\r\n").send, ".\r\n");
  EXPECT_EQ(session.received("554 no valid recipients\r\n").need, Need::report);
  EXPECT_EQ(results(session), Results{failed});
  EXPECT_TRUE(session.reusable());
  EXPECT_TRUE(session.begin(to({"b@t.test"})).send.starts_with("RSET\r\nMAIL FROM:"));
}

TEST(Transfer, SendsNoDataWhereNobodyWasAccepted) {
  auto session = opened(bare_ehlo);
  session.begin(to({"a@t.test"}));
  session.received("250 ok\r\n");
  EXPECT_EQ(session.received("550 no\r\n"), (Step{{}, Need::report, Wait::mail}));
  EXPECT_EQ(session.begin(to({"b@t.test"})).send, "RSET\r\n");
  EXPECT_EQ(session.received("250 ok\r\n").send, "MAIL FROM:<me@here.test>\r\n");
}

TEST(Transfer, GivesEveryoneTheRefusalOfMail) {
  auto pipelined = opened(full_ehlo);
  pipelined.begin(to({"a@t.test", "b@t.test"}));
  EXPECT_EQ(pipelined.received("550 5.7.1 blocked\r\n503 x\r\n503 x\r\n503 x\r\n").need, Need::report);
  EXPECT_EQ(results(pipelined), (Results{failed, failed}));
  EXPECT_EQ(pipelined.report().recipients[1].reply.enhanced, "5.7.1");
  EXPECT_FALSE(pipelined.report().before_mail);
  auto stepwise = opened(bare_ehlo);
  stepwise.begin(to({"a@t.test"}));
  EXPECT_EQ(stepwise.received("451 later\r\n").need, Need::report);
  EXPECT_EQ(results(stepwise), Results{deferred});
}

TEST(Transfer, GivesTheAcceptedTheRefusalOfDataAndOfTheMessage) {
  for (const auto& [reply, result] : {std::pair("451 later\r\n", deferred), {"554 spam\r\n", failed}}) {
    auto at_data = opened(full_ehlo);
    at_data.begin(to({"a@t.test", "b@t.test"}));
    at_data.received("250 ok\r\n250 ok\r\n550 no\r\n");
    EXPECT_EQ(at_data.received(reply).need, Need::report);
    EXPECT_EQ(results(at_data), (Results{result, failed}));
    auto at_end = opened(full_ehlo);
    at_end.begin(to({"a@t.test", "b@t.test"}));
    at_end.received("250 ok\r\n250 ok\r\n450 no\r\n354 go\r\n");
    send_message(at_end);
    EXPECT_EQ(at_end.received(reply).need, Need::report);
    EXPECT_EQ(results(at_end), (Results{result, deferred}));
  }
}

TEST(Transfer, SaysWhatWasAnnounced) {
  auto session = opened(full_ehlo);
  auto transaction = to({"a@t.test"});
  transaction.size = 5000;
  transaction.eight_bit = true;
  transaction.smtputf8 = true;
  transaction.ret = smtp::Ret::hdrs;
  transaction.envid = "id+1";
  transaction.recipients[0].notify = smtp::notify::success | smtp::notify::failure;
  transaction.recipients[0].orcpt = "rfc822;a@t.test";
  const auto step = session.begin(transaction);
  for (const auto* part : {" SIZE=5000", " BODY=8BITMIME", " SMTPUTF8", " RET=HDRS", " ENVID=id+2B1",
                           " NOTIFY=SUCCESS,FAILURE", " ORCPT=rfc822;a@t.test"}) {
    EXPECT_NE(step.send.find(part), std::string::npos) << part << " in " << step.send;
  }
}

TEST(Transfer, SaysNothingThatWasNotAnnounced) {
  auto session = opened(bare_ehlo);
  auto transaction = to({"a@t.test"});
  transaction.size = 5000;
  transaction.ret = smtp::Ret::hdrs;
  transaction.envid = "id";
  transaction.recipients[0].notify = smtp::notify::never;
  EXPECT_EQ(session.begin(transaction).send, "MAIL FROM:<me@here.test>\r\n");
  EXPECT_EQ(session.received("250 ok\r\n").send, "RCPT TO:<a@t.test>\r\n");
}

TEST(Transfer, NeverDowngradesBehindTheSigner) {
  const auto refused = [](auto change, std::string_view enhanced, std::string_view ehlo = bare_ehlo) {
    auto session = opened(ehlo);
    auto transaction = to({"a@t.test", "b@t.test"});
    change(transaction);
    EXPECT_EQ(session.begin(transaction), (Step{{}, Need::report, Wait::mail}));
    EXPECT_EQ(results(session), (Results{failed, failed}));
    EXPECT_EQ(session.report().recipients[0].reply.enhanced, enhanced);
    EXPECT_TRUE(session.report().recipients[0].ours);
    EXPECT_TRUE(session.reusable());
  };
  refused([](Transaction& t) { t.eight_bit = true; }, "5.6.3");
  refused([](Transaction& t) { t.smtputf8 = true; }, "5.6.7");
  refused([](Transaction& t) { t.requiretls = true; }, "5.7.30");
  refused([](Transaction& t) { t.requiretls = true; }, "5.7.30", "250-mx.test\r\n250 REQUIRETLS\r\n");
  refused([](Transaction& t) { t.size = 1000001; }, "5.3.4", full_ehlo);
}

TEST(Transfer, CarriesRequireTlsOverAuthenticatedTlsAlone) {
  for (const bool verified : {true, false}) {
    Session session({.helo = "me.test", .tls = TlsPolicy::require});
    session.connected();
    session.received("220 hi\r\n");
    session.received(tls_ehlo);
    session.received("220 go\r\n");
    session.tls_established(verified);
    session.received("250-mx.test\r\n250 REQUIRETLS\r\n");
    auto transaction = to({"a@t.test"});
    transaction.requiretls = true;
    const auto step = session.begin(transaction);
    EXPECT_EQ(step.send, verified ? "MAIL FROM:<me@here.test> REQUIRETLS\r\n" : "");
  }
}

TEST(Transfer, GoesInBatchesWhereThereAreManyRecipients) {
  auto session = opened(full_ehlo);
  std::vector<std::string> many;
  for (int i = 0; i < 300; ++i) many.push_back("r" + std::to_string(i) + "@t.test");
  auto step = session.begin(to(many));
  int commands = 0;
  int rounds = 0;
  while (step.need == Need::reply) {
    const auto lines = std::count(step.send.begin(), step.send.end(), '\n');
    EXPECT_LE(lines, 64);
    ASSERT_GT(lines, 0);
    commands += static_cast<int>(lines);
    ++rounds;
    std::string replies;
    for (auto i = lines; i > (commands == 302 ? 1 : 0); --i) replies += "250 ok\r\n";
    if (commands == 302) replies += "354 go\r\n";
    step = session.received(replies);
  }
  EXPECT_EQ(step.need, Need::message);
  EXPECT_EQ(commands, 302);
  EXPECT_EQ(rounds, 5);
}

TEST(Transfer, IsOverWith421AtAnyTime) {
  auto at_mail = opened(full_ehlo);
  at_mail.begin(to({"a@t.test"}));
  EXPECT_EQ(at_mail.received("421 busy\r\n").need, Need::hang_up);
  EXPECT_TRUE(at_mail.report().before_mail);
  EXPECT_FALSE(at_mail.reusable());
  auto at_rcpt = opened(full_ehlo);
  at_rcpt.begin(to({"a@t.test", "b@t.test"}));
  EXPECT_EQ(at_rcpt.received("250 ok\r\n550 no\r\n421 bye\r\n").need, Need::hang_up);
  EXPECT_EQ(results(at_rcpt), (Results{failed, deferred}));
  EXPECT_FALSE(at_rcpt.report().before_mail);
  auto at_end = opened(full_ehlo);
  at_end.begin(to({"a@t.test"}));
  at_end.received("250 ok\r\n250 ok\r\n354 go\r\n");
  send_message(at_end);
  EXPECT_EQ(at_end.received("421 no\r\n").need, Need::hang_up);
  EXPECT_EQ(results(at_end), Results{deferred});
  EXPECT_FALSE(at_end.report().uncertain);
}

TEST(Transfer, IsUncertainBehindTheEndMarkAlone) {
  for (const bool behind : {false, true}) {
    auto session = opened(full_ehlo);
    session.begin(to({"a@t.test", "b@t.test"}));
    session.received("250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n");
    if (behind) send_message(session);
    EXPECT_EQ(session.lost(Loss::closed).need, Need::hang_up);
    EXPECT_EQ(session.report().uncertain, behind);
    EXPECT_EQ(results(session), (Results{deferred, failed}));
    EXPECT_FALSE(session.report().before_mail);
  }
}

TEST(Transfer, HeedsARefusalThatComesWhileTheMessageIsOnItsWay) {
  auto session = opened(full_ehlo);
  session.begin(to({"a@t.test"}));
  session.received("250 ok\r\n250 ok\r\n354 go\r\n");
  EXPECT_EQ(session.received("552 5.3.4 too big\r\n").need, Need::message);
  EXPECT_EQ(session.lost(Loss::closed).need, Need::hang_up);
  EXPECT_EQ(results(session), Results{failed});
  EXPECT_FALSE(session.report().uncertain);
}

TEST(Transfer, BelievesNoSuccessThatComesBeforeTheEnd) {
  auto session = opened(full_ehlo);
  session.begin(to({"a@t.test"}));
  session.received("250 ok\r\n250 ok\r\n354 go\r\n250 taken already\r\n");
  session.lost(Loss::closed);
  EXPECT_EQ(results(session), Results{deferred});
}

TEST(Transfer, EndsTheSessionWhereMoreComesThanWasAsked) {
  auto session = opened(full_ehlo);
  session.begin(to({"a@t.test"}));
  session.received("250 ok\r\n250 ok\r\n354 go\r\n");
  send_message(session);
  EXPECT_EQ(session.received("250 taken\r\n421 bye\r\n").need, Need::report);
  EXPECT_EQ(results(session), Results{relayed});
  EXPECT_FALSE(session.reusable());
}

TEST(Transfer, TakesNonsenseForNoAnswer) {
  for (const auto* reply : {"354 go\r\n", "nonsense\r\n"}) {
    auto session = opened(full_ehlo);
    session.begin(to({"a@t.test"}));
    EXPECT_EQ(session.received(reply).need, Need::hang_up);
    EXPECT_EQ(results(session), Results{deferred});
    EXPECT_TRUE(session.report().before_mail);
  }
  auto at_data = opened(full_ehlo);
  at_data.begin(to({"a@t.test"}));
  EXPECT_EQ(at_data.received("250 ok\r\n250 ok\r\n250 what?\r\n").need, Need::hang_up);
  EXPECT_EQ(results(at_data), Results{deferred});
}

TEST(Transfer, FollowsAnotherWithoutReset) {
  auto session = opened(full_ehlo);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(session.begin(to({"a@t.test"})).send.starts_with("MAIL FROM:"));
    session.received("250 ok\r\n250 ok\r\n354 go\r\n");
    send_message(session);
    EXPECT_EQ(session.received("250 taken\r\n").need, Need::report);
  }
  EXPECT_EQ(session.transactions(), 3U);
}

}  // namespace
}  // namespace scop::smtp_client
