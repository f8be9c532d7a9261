// One good dialogue, failed at every reply in every way: everyone is decided, nobody wrongly, and the session
// ends.
#include <functional>

#include "play.hpp"

namespace scop::smtp_client {
namespace {

const std::vector<std::string> good_replies{"220 hi\r\n",           std::string(tls_ehlo), "220 go\r\n",
                                            std::string(full_ehlo), "250 ok\r\n",          "250 ok\r\n",
                                            "250 ok\r\n",           "354 go\r\n",          "250 taken\r\n"};

enum class Way { closed, timed_out, garbage, closing, transient, permanent };

struct Played {
  Session session{Policy{.helo = "me.test", .tls = TlsPolicy::require}};
  bool began = false;
  bool message_left = false;
  Step last;
};

Step fail(Session& session, Way way) {
  switch (way) {
    case Way::closed:
      return session.lost(Loss::closed);
    case Way::timed_out:
      return session.lost(Loss::timed_out);
    case Way::garbage:
      return session.received("\xff garbage\r\n");
    case Way::closing:
      return session.received("421 4.3.2 bye\r\n");
    case Way::transient:
      return session.received("451 4.3.0 later\r\n");
    case Way::permanent:
      return session.received("554 5.7.1 never\r\n");
  }
  return {};
}

// Everything good up to reply `at`; from there on `way`, for every reply that is still asked for.
void play(Played& played, std::size_t at, Way way) {
  auto& session = played.session;
  auto step = session.connected();
  for (std::size_t replies = 0; replies < 100;) {
    switch (step.need) {
      case Need::reply:
        step = replies < at ? session.received(good_replies.at(replies)) : fail(session, way);
        ++replies;
        break;
      case Need::tls:
        step = session.tls_established(true);
        break;
      case Need::ready:
        played.began = true;
        step = session.begin(to({"a@t.test", "b@t.test"}));
        break;
      case Need::message:
        session.end_mark_leaving();
        played.message_left = true;
        step = session.message_sent();
        break;
      case Need::report:
      case Need::hang_up:
        played.last = step;
        return;
    }
  }
  FAIL() << "no end";
}

TEST(Failing, AtEveryStepDecidesEveryone) {
  for (std::size_t at = 0; at < good_replies.size(); ++at) {
    for (const auto way :
         {Way::closed, Way::timed_out, Way::garbage, Way::closing, Way::transient, Way::permanent}) {
      SCOPED_TRACE("reply " + std::to_string(at) + ", way " + std::to_string(static_cast<int>(way)));
      Played played;
      play(played, at, way);
      if (HasFatalFailure()) return;
      if (!played.began) {
        EXPECT_EQ(played.last.need, Need::hang_up);
        ASSERT_TRUE(played.session.trouble());
        EXPECT_FALSE(played.session.trouble()->permanent);
        continue;
      }
      const auto& report = played.session.report();
      const bool lost = way == Way::closed || way == Way::timed_out || way == Way::garbage;
      EXPECT_EQ(report.uncertain, played.message_left && lost);
      const auto expected = way == Way::permanent ? Result::failed : Result::deferred;
      // The replies to the first of two recipients was good where the second's failed; then DATA fails for it
      // too.
      for (const auto& recipient : report.recipients) {
        EXPECT_EQ(recipient.result, expected);
        EXPECT_NE(recipient.reply.code, 0);
        EXPECT_EQ(recipient.ours, lost);
      }
    }
  }
}

TEST(Failing, InNoWayRelaysEveryone) {
  Played played;
  play(played, good_replies.size(), Way::closed);
  EXPECT_EQ(played.last.need, Need::report);
  EXPECT_EQ(results(played.session), (std::vector{Result::relayed, Result::relayed}));
  EXPECT_FALSE(played.session.report().uncertain);
}

TEST(Failing, IsTheSameInAnyChunking) {
  for (std::size_t chunk = 1; chunk < 40; ++chunk) {
    auto session = opened(full_ehlo);
    session.begin(to({"a@t.test", "b@t.test"}));
    const std::string replies = "250 ok\r\n550-no\r\n550 never\r\n250 ok\r\n354 go\r\n";
    Step step;
    for (std::size_t at = 0; at < replies.size(); at += chunk)
      step = session.received(std::string_view(replies).substr(at, chunk));
    EXPECT_EQ(step.need, Need::message);
    session.end_mark_leaving();
    session.message_sent();
    EXPECT_EQ(session.received("250 ok\r\n").need, Need::report);
    EXPECT_EQ(results(session), (std::vector{Result::failed, Result::relayed}));
  }
}

}  // namespace
}  // namespace scop::smtp_client
