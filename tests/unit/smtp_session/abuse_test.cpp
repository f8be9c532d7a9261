#include <gtest/gtest.h>

#include "player.hpp"

namespace scop::smtp_session::testing {
namespace {

TEST(Abuse, commands_behind_starttls_are_not_taken_into_tls) {
  Player player(submission());
  EXPECT_EQ(player.codes("EHLO c\r\nSTARTTLS\r\nMAIL FROM:<evil@b>\r\n"), "250 554");
  EXPECT_TRUE(player.closed());
  EXPECT_TRUE(player.trace.empty()) << "no handshake";
}

TEST(Abuse, text_behind_data_is_not_taken_for_commands) {
  Player player(receiver());
  player.judgements["open"] = smtp::reply(451, "4.3.0", "no");
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nNOOP\r\n"),
            "250 250 250 554");
  EXPECT_TRUE(player.closed());
}

TEST(Abuse, a_sender_or_recipient_judged_421_ends_the_session) {
  for (const auto* address : {"a@b", "c@d"}) {
    Player player(receiver());
    player.judgements[address] = smtp::reply(421, "4.7.0", "enough");
    const auto codes =
        player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nNOOP\r\n");
    EXPECT_TRUE(codes == "250 421" || codes == "250 250 421") << codes;
    EXPECT_TRUE(player.closed());
    EXPECT_EQ(player.session().ending(), "sent away");
  }
}

TEST(Abuse, a_bare_line_end_in_a_command_ends_the_session) {
  for (const std::string line :
       {"NOOP\n", "NOOP\rMAIL FROM:<a@b>\r\n", "NOOP\r\r\n", "RCPT TO:<a\nRSET\r\n"}) {
    Player player(receiver());
    EXPECT_EQ(player.codes("EHLO c\r\n" + line + "NOOP\r\n"), "250 521") << ::testing::PrintToString(line);
    EXPECT_TRUE(player.closed());
  }
}

TEST(Abuse, a_long_line_is_refused_and_not_kept) {
  Player player(receiver());
  const std::string piece(10'000, 'x');
  EXPECT_EQ(player.codes(piece), "");
  EXPECT_EQ(player.codes(piece + "\r\nEHLO c\r\n"), "500 250");
}

TEST(Abuse, an_endless_line_ends_the_session) {
  Player player(receiver());
  const std::string piece(10'000, 'x');
  std::string said;
  for (int i = 0; i < 100 && !player.closed(); ++i) said = player.codes(piece);
  EXPECT_TRUE(player.closed());
  EXPECT_EQ(said, "500");
}

TEST(Abuse, errors_end_the_session) {
  Player player(receiver());
  EXPECT_EQ(player.codes("X\r\nX\r\nX\r\nX\r\nX\r\nX\r\nX\r\n"), "500 500 500 500 500 421");
  EXPECT_TRUE(player.closed());
}

TEST(Abuse, commands_without_a_message_end_the_session) {
  Player player(receiver());
  std::string said;
  for (int i = 0; i < 200 && !player.closed(); ++i) said = player.codes("NOOP\r\n");
  EXPECT_EQ(said, "421");
}

TEST(Abuse, a_browser_is_sent_away) {
  for (const std::string line : {"GET /evil HTTP/1.1", "POST / HTTP/1.0", "CONNECT evil:80 HTTP/1.1"}) {
    Player player(receiver());
    EXPECT_EQ(player.codes(line + "\r\nEHLO c\r\n"), "502");
    EXPECT_TRUE(player.closed());
  }
}

TEST(Abuse, nul_and_controls_are_refused) {
  Player player(receiver());
  EXPECT_EQ(player.codes(std::string("NO\0OP\r\nNOOP \x07\r\n", 15)), "500 500");
}

}  // namespace
}  // namespace scop::smtp_session::testing
