#include <gtest/gtest.h>

#include "player.hpp"

namespace scop::smtp_session::testing {
namespace {

const std::string begin = "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n";

struct Content : ::testing::Test {
  Content() : player(receiver()) { player.say(begin); }
  Player player;
};

TEST_F(Content, comes_in_chunks) {
  EXPECT_EQ(player.codes("BDAT 5\r\nab\r\nc"), "250");
  EXPECT_EQ(player.codes("BDAT 3\r\nd\r\nBDAT 4 LAST\r\n.\r\n."), "250 250");
  EXPECT_EQ(player.delivered, std::vector<std::string>{"ab\r\ncd\r\n.\r\n.\r\n"})
      << "dots stay, a last CRLF is added";
}

TEST_F(Content, may_end_with_an_empty_last_chunk) {
  EXPECT_EQ(player.codes("BDAT 3\r\nx\r\nBDAT 0 LAST\r\nNOOP\r\n"), "250 250 250");
  EXPECT_EQ(player.delivered, std::vector<std::string>{"x\r\n"});
}

TEST_F(Content, does_not_mix_data_into_chunks) {
  EXPECT_EQ(player.codes("BDAT 3\r\nx\r\n"), "250");
  EXPECT_EQ(player.codes("DATA\r\n"), "503");
  EXPECT_EQ(player.codes("RCPT TO:<e@f>\r\n"), "503");
  EXPECT_EQ(player.codes("BDAT 0 LAST\r\n"), "250");
}

TEST_F(Content, of_a_chunk_out_of_order_is_read_all_the_same) {
  Player fresh(receiver());
  EXPECT_EQ(fresh.codes("EHLO c\r\nBDAT 6\r\nQUIT\r\nNOOP\r\n"), "250 503 250");
  EXPECT_EQ(fresh.codes("MAIL FROM:<a@b>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"), "250 503 250");
  EXPECT_FALSE(fresh.closed());
}

TEST_F(Content, too_big_for_us_is_read_to_its_end) {
  EXPECT_EQ(player.codes("BDAT 1500\r\n" + std::string(1500, 'x') + "NOOP\r\n"), "552 250");
  EXPECT_EQ(player.codes("BDAT 2 LAST\r\nxxNOOP\r\n"), "503 250");
  EXPECT_TRUE(player.delivered.empty());
  EXPECT_EQ(player.trace, (std::vector<std::string>{"OpenMessage", "Abandon"}));
}

TEST_F(Content, beyond_twice_the_limit_ends_the_session) {
  EXPECT_EQ(player.codes("BDAT 18446744073709551615 LAST\r\n"), "552");
  EXPECT_TRUE(player.closed());
  Player other(receiver());
  other.say(begin + "DATA\r\n");
  std::string said;
  for (int i = 0; i < 10 && !other.closed(); ++i) said = other.codes(std::string(400, 'x') + "\r\n");
  EXPECT_EQ(said, "552");
  EXPECT_TRUE(other.closed());
}

TEST_F(Content, of_exactly_the_limit_is_taken) {
  player.say("DATA\r\n");
  EXPECT_EQ(player.codes(std::string(998, 'x') + "\r\n.\r\n"), "250");
  player.say("RSET\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
  EXPECT_EQ(player.codes(std::string(999, 'x') + "\r\n.\r\nNOOP\r\n"), "552 250");
}

TEST_F(Content, is_abandoned_at_rset_between_chunks) {
  EXPECT_EQ(player.codes("BDAT 3\r\nx\r\nRSET\r\nMAIL FROM:<a@b>\r\n"), "250 250 250");
  EXPECT_EQ(player.trace, (std::vector<std::string>{"OpenMessage", "Abandon"}));
}

TEST_F(Content, in_chunks_with_bare_line_ends_is_refused_at_its_end) {
  for (const std::string text : {"a\nb", "a\rb", "a\r", "\n"}) {
    Player one(receiver());
    EXPECT_EQ(one.codes(begin + "BDAT " + std::to_string(text.size()) + " LAST\r\n" + text + "NOOP\r\n"),
              "250 250 250 554 250")
        << text;
    EXPECT_TRUE(one.delivered.empty());
  }
}

TEST_F(Content, with_nul_is_refused) {
  player.say("DATA\r\n");
  EXPECT_EQ(player.codes(std::string("a\0b\r\n.\r\n", 8)), "554");
}

// Each of these was sent through real servers in 2023's smuggling attacks, or could have been.
TEST_F(Content, with_bare_line_ends_in_data_ends_the_session_at_the_real_end) {
  for (const std::string mark :
       {"\n.\n", "\n.\r\n", "\r.\r", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\n.\r", "\r.\n", "\r\n.\r\r\n"}) {
    Player one(receiver());
    one.say(begin + "DATA\r\n");
    EXPECT_EQ(one.codes("Subject: x\r\n\r\ntext" + mark +
                        "MAIL FROM:<admin@d>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: y\r\n\r\n"),
              "");
    EXPECT_EQ(one.codes("smuggled\r\n.\r\nNOOP\r\n"), "521") << ::testing::PrintToString(mark);
    EXPECT_TRUE(one.closed());
    EXPECT_TRUE(one.delivered.empty());
  }
}

}  // namespace
}  // namespace scop::smtp_session::testing
