#include <gtest/gtest.h>

#include "player.hpp"

namespace scop::smtp_session::testing {
namespace {

constexpr Tls with_tls{true, true};

TEST(Session, carries_a_message_from_greeting_to_quit) {
  Player player(receiver());
  EXPECT_EQ(player.greeting(), "220 mail.example ESMTP\r\n");
  EXPECT_EQ(player.codes("EHLO client\r\n"), "250");
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\n"), "250");
  EXPECT_EQ(player.codes("RCPT TO:<c@d>\r\n"), "250");
  EXPECT_EQ(player.codes("DATA\r\n"), "354");
  EXPECT_EQ(player.codes("Subject: x\r\n\r\n..dot\r\n.\r\n"), "250");
  EXPECT_EQ(player.codes("QUIT\r\n"), "221");
  EXPECT_TRUE(player.closed());
  EXPECT_EQ(player.delivered, std::vector<std::string>{"Subject: x\r\n\r\n.dot\r\n"});
}

TEST(Session, keeps_the_order_of_commands) {
  Player player(receiver());
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\n"), "503");
  EXPECT_EQ(player.codes("DATA\r\n"), "503");
  player.codes("EHLO c\r\n");
  EXPECT_EQ(player.codes("RCPT TO:<c@d>\r\n"), "503");
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\n"), "250");
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\n"), "503");
  EXPECT_EQ(player.codes("DATA\r\n"), "503");
}

TEST(Session, answers_a_pipelined_group_in_order_and_at_once) {
  Player player(receiver());
  player.judgements["no@d"] = smtp::reply(550, "5.1.1", "no such user");
  const auto before = player.sends;
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<no@d>\r\nRCPT TO:<c@d>\r\nNOOP\r\nDATA\r\n"),
            "250 250 550 250 250 354");
  EXPECT_EQ(player.sends - before, 1U);
  EXPECT_EQ(player.codes("x\r\n.\r\nMAIL FROM:<>\r\nQUIT\r\n"), "250 250 221");
}

TEST(Session, ends_the_transaction_at_rset_and_ehlo) {
  Player player(receiver());
  EXPECT_EQ(
      player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\nRSET\r\nMAIL FROM:<a@b>\r\nEHLO c\r\nRCPT TO:<c@d>\r\n"),
      "250 250 250 250 250 503");
  EXPECT_EQ(player.session().transaction(), nullptr);
}

TEST(Session, refuses_data_where_no_recipient_was_taken) {
  Player player(receiver());
  player.judgements["no@d"] = smtp::reply(550, "5.1.1", "no such user");
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<no@d>\r\nDATA\r\n"), "250 250 550 503");
}

TEST(Session, bounds_recipients_with_452_and_keeps_the_taken_ones) {
  Player player(receiver());
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<1@d>\r\nRCPT TO:<2@d>\r\nRCPT "
                         "TO:<3@d>\r\nRCPT TO:<4@d>\r\n"),
            "250 250 250 250 250 452");
  EXPECT_EQ(player.session().transaction()->recipients.size(), 3U);
}

TEST(Session, wants_smtputf8_for_addresses_beyond_ascii) {
  Player player(receiver());
  player.codes("EHLO c\r\n");
  EXPECT_EQ(player.codes("MAIL FROM:<\xc3\xbc@b>\r\n"), "553");
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\nRCPT TO:<\xc3\xbc@b>\r\nRSET\r\n"), "250 553 250");
  EXPECT_EQ(player.codes("MAIL FROM:<\xc3\xbc@b> SMTPUTF8\r\nRCPT TO:<\xc3\xbc@b>\r\n"), "250 250");
}

TEST(Session, refuses_a_declared_size_over_the_limit) {
  Player player(receiver());
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b> SIZE=1001\r\nMAIL FROM:<a@b> SIZE=1000\r\n"),
            "250 552 250");
}

TEST(Session, refuses_what_it_does_not_offer) {
  Player player(receiver());
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b> BODY=BINARYMIME\r\nMAIL FROM:<a@b> REQUIRETLS\r\nMAIL "
                         "FROM:<a@b> X=1\r\nEXPN x\r\n"),
            "250 555 555 555 502");
}

TEST(Session, wants_tls_then_auth_before_mail) {
  Player player(submission());
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\n"), "250 530");
  EXPECT_EQ(player.codes("STARTTLS\r\n"), "220");
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\n"), "503") << "EHLO is forgotten";
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\n"), "250 530");
  player.login();
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\n"), "250");
}

TEST(Session, offers_starttls_in_clear_and_auth_under_tls) {
  Player clear(submission());
  auto text = clear.say("EHLO c\r\n");
  EXPECT_NE(text.find("250-STARTTLS"), std::string::npos);
  EXPECT_EQ(text.find("AUTH"), std::string::npos);
  Player tls(submission(), {true, false});
  text = tls.say("EHLO c\r\n");
  EXPECT_EQ(text.find("STARTTLS"), std::string::npos);
  EXPECT_NE(text.find("250 AUTH SCRAM-SHA-256 PLAIN LOGIN\r\n"), std::string::npos) << text;
  EXPECT_EQ(tls.codes("STARTTLS\r\n"), "503");
}

TEST(Session, says_421_when_time_is_up) {
  for (const auto why : {Expiry::idle, Expiry::total, Expiry::shutdown}) {
    Player player(receiver());
    player.say("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
    player.say("half of a mess");
    player.expire(why);
    EXPECT_TRUE(player.closed());
    EXPECT_EQ(player.trace.back(), "Abandon");
    EXPECT_TRUE(player.delivered.empty());
  }
}

TEST(Session, gives_the_final_reply_of_the_judge) {
  Player player(receiver());
  player.judgements["finish"] = smtp::reply(451, "4.3.2", "later");
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"), "250 250 250 354");
  EXPECT_EQ(player.say("x\r\n.\r\n"), "451 4.3.2 later\r\n");
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\n"), "250");
}

TEST(Session, passes_a_refusal_to_open_on) {
  Player player(receiver());
  player.judgements["open"] = smtp::reply(452, "4.7.0", "too many messages this hour");
  EXPECT_EQ(player.codes("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"), "250 250 250 452");
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 4 LAST\r\nab\r\nNOOP\r\n"),
            "250 250 452 250");
}

TEST(Session, takes_helo_for_old_clients) {
  Player player(receiver());
  EXPECT_EQ(player.say("HELO c\r\n"), "250 mail.example\r\n");
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\n"), "250");
  EXPECT_FALSE(player.session().extended());
  EXPECT_EQ(with_tls.on, true);
}

}  // namespace
}  // namespace scop::smtp_session::testing
