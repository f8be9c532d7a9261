// One long dialogue, cut in every possible way: each question refused once, time up at each read, every
// chunking.
#include <gtest/gtest.h>

#include "player.hpp"

namespace scop::smtp_session::testing {
namespace {

struct Step {
  std::string octets;
  std::string codes;
};

std::vector<Step> dialogue() {
  return {
      {"EHLO c\r\n", "250"},
      {"STARTTLS\r\n", "220"},
      {"EHLO c\r\n", "250"},
      {"AUTH SCRAM-SHA-256 " + to_base64("first") + "\r\n", "334"},
      {to_base64("final") + "\r\n", "235"},
      {"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n", "250 250 250 354"},
      {"Subject: one\r\n\r\n..one\r\n.\r\n", "250"},
      {"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 8\r\nS: two\r\nBDAT 4 LAST\r\n\r\nx\r", "250 250 250 554"},
      {"RSET\r\nQUIT\r\n", "250 221"}};
}

TEST(EveryStep, goes_well_as_it_is) {
  Player player(submission());
  for (const auto& step : dialogue()) EXPECT_EQ(player.codes(step.octets), step.codes) << step.octets;
}

TEST(EveryStep, gives_the_same_in_every_chunking) {
  Player player(submission());
  std::string codes;
  for (const auto& step : dialogue()) {
    codes.clear();
    for (const char c : step.octets) {
      const auto said = player.codes(std::string(1, c));
      if (!said.empty()) codes += (codes.empty() ? "" : " ") + said;
    }
    EXPECT_EQ(codes, step.codes) << step.octets;
  }
  EXPECT_TRUE(player.closed());
  EXPECT_EQ(player.delivered, std::vector<std::string>{"Subject: one\r\n\r\n.one\r\n"});
}

TEST(EveryStep, survives_a_refusal_of_each_question) {
  for (int at = 0; at < 11; ++at) {
    Player player(submission());
    player.fail_at = at;
    bool refused = false;
    for (const auto& step : dialogue()) {
      const auto codes = player.codes(step.octets);
      refused = refused || codes.contains("451") || codes.contains("454");
    }
    if (at < 10) EXPECT_TRUE(refused) << at;
    EXPECT_TRUE(player.closed()) << at;
    if (at < 6 && at != 4 && at != 3) EXPECT_TRUE(player.delivered.empty()) << at;
  }
}

TEST(EveryStep, ends_cleanly_when_time_is_up_anywhere) {
  const auto steps = dialogue();
  for (std::size_t stop = 0; stop < steps.size(); ++stop) {
    for (std::size_t cut = 0; cut < steps[stop].octets.size(); ++cut) {
      Player player(submission());
      for (std::size_t i = 0; i < stop; ++i) player.say(steps[i].octets);
      if (cut > 0) player.say(std::string_view(steps[stop].octets).substr(0, cut));
      if (player.closed()) continue;
      player.expire(Expiry::idle);
      EXPECT_TRUE(player.closed());
      EXPECT_LE(player.delivered.size(), stop > 6 || (stop == 6 && cut == steps[6].octets.size()) ? 1U : 0U);
    }
  }
}

}  // namespace
}  // namespace scop::smtp_session::testing
