#include <gtest/gtest.h>

#include "player.hpp"

namespace scop::smtp_session::testing {
namespace {

constexpr Tls with_tls{true, true};
std::string plain(std::string_view authzid, std::string_view login, std::string_view password) {
  std::string message(authzid);
  message += '\0';
  message += login;
  message += '\0';
  return to_base64(message += password);
}

struct Auth : ::testing::Test {
  Auth() : player(submission(), with_tls) { player.say("EHLO c\r\n"); }
  Player player;
};

TEST_F(Auth, plain_with_initial_response) {
  EXPECT_EQ(player.codes("AUTH PLAIN " + plain("", "a@b", "secret") + "\r\n"), "235");
  EXPECT_EQ(player.passwords, "a@b/secret ");
  EXPECT_TRUE(player.session().authenticated());
  EXPECT_EQ(player.codes("AUTH PLAIN x\r\n"), "503");
}

TEST_F(Auth, plain_with_an_empty_challenge) {
  EXPECT_EQ(player.say("AUTH PLAIN\r\n"), "334 \r\n");
  EXPECT_EQ(player.codes(plain("a@b", "a@b", "secret") + "\r\n"), "235");
}

TEST_F(Auth, plain_lets_nobody_act_as_another) {
  EXPECT_EQ(player.codes("AUTH PLAIN " + plain("root", "a@b", "secret") + "\r\n"), "501");
  EXPECT_EQ(player.passwords, "");
}

TEST_F(Auth, login_asks_for_both) {
  EXPECT_EQ(player.say("AUTH LOGIN\r\n"), "334 VXNlcm5hbWU6\r\n");
  EXPECT_EQ(player.say(to_base64("a@b") + "\r\n"), "334 UGFzc3dvcmQ6\r\n");
  EXPECT_EQ(player.codes(to_base64("secret") + "\r\n"), "235");
  EXPECT_EQ(player.passwords, "a@b/secret ");
}

TEST_F(Auth, login_takes_the_name_as_initial_response) {
  EXPECT_EQ(player.say("AUTH LOGIN " + to_base64("a@b") + "\r\n"), "334 UGFzc3dvcmQ6\r\n");
  EXPECT_EQ(player.codes(to_base64("secret") + "\r\n"), "235");
}

TEST_F(Auth, scram_passes_messages_on_and_confirms) {
  player.auth_answer = AuthGranted{"v=proof"};
  EXPECT_EQ(player.say("AUTH SCRAM-SHA-256-PLUS " + to_base64("client-first") + "\r\n"),
            "334 " + to_base64("server-first") + "\r\n");
  EXPECT_EQ(player.say(to_base64("client-final") + "\r\n"), "334 " + to_base64("v=proof") + "\r\n");
  EXPECT_FALSE(player.session().authenticated());
  EXPECT_EQ(player.codes("\r\n"), "235");
  EXPECT_EQ(player.trace,
            (std::vector<std::string>{"BeginScramPlus:client-first", "FinishScram:client-final"}));
}

TEST_F(Auth, scram_wants_an_empty_confirmation) {
  player.auth_answer = AuthGranted{"v=proof"};
  player.say("AUTH SCRAM-SHA-256 " + to_base64("client-first") + "\r\n");
  player.say(to_base64("client-final") + "\r\n");
  EXPECT_EQ(player.codes(to_base64("more") + "\r\n"), "501");
  EXPECT_FALSE(player.session().authenticated());
}

TEST_F(Auth, is_cancelled_by_a_star) {
  EXPECT_EQ(player.codes("AUTH LOGIN\r\n*\r\n"), "334 501");
  EXPECT_EQ(player.codes("NOOP\r\n"), "250");
}

TEST_F(Auth, takes_an_equals_sign_for_an_empty_response) {
  EXPECT_EQ(player.codes("AUTH PLAIN =\r\n"), "501");
}

TEST_F(Auth, maps_answers_to_replies) {
  const auto line = "AUTH PLAIN " + plain("", "a@b", "secret") + "\r\n";
  player.auth_answer = AuthRefused{};
  EXPECT_EQ(player.codes(line), "535");
  player.auth_answer = AuthThrottled{30};
  EXPECT_EQ(player.codes(line), "454");
  player.auth_answer = AuthUnavailable{};
  EXPECT_EQ(player.codes(line), "454");
  player.auth_answer = AuthMalformed{};
  EXPECT_EQ(player.codes(line), "501");
  EXPECT_FALSE(player.session().authenticated());
}

TEST_F(Auth, ends_the_session_after_too_many_tries) {
  player.auth_answer = AuthRefused{};
  const auto line = "AUTH PLAIN " + plain("", "a@b", "wrong") + "\r\n";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(player.codes(line), "535");
  EXPECT_EQ(player.codes(line), "421");
  EXPECT_TRUE(player.closed());
  EXPECT_EQ(player.passwords, "a@b/wrong a@b/wrong a@b/wrong a@b/wrong a@b/wrong ");
}

TEST_F(Auth, refuses_garbage) {
  for (const std::string& message :
       {std::string("!!!!"), std::string("YQ"), std::string("YQ==x"), to_base64("no nul"),
        to_base64(std::string("\0\0", 2)), to_base64(std::string("\0a\0\xff", 4))}) {
    Player one(submission(), with_tls);
    one.say("EHLO c\r\n");
    EXPECT_EQ(one.codes("AUTH PLAIN " + message + "\r\n"), "501") << message;
    EXPECT_EQ(one.passwords, "");
  }
  EXPECT_EQ(player.codes("AUTH CRAM-MD5\r\n"), "504");
}

TEST_F(Auth, is_not_for_the_middle_of_a_transaction) {
  player.login();
  EXPECT_EQ(player.codes("MAIL FROM:<a@b>\r\nAUTH PLAIN\r\n"), "250 503");
}

TEST(AuthInClear, is_refused_without_a_look_at_the_password) {
  Player player(submission());
  player.say("EHLO c\r\n");
  EXPECT_EQ(player.codes("AUTH PLAIN " + plain("", "a@b", "secret") + "\r\n"), "538");
  EXPECT_EQ(player.passwords, "");
}

TEST(AuthBinding, plus_is_offered_only_where_something_can_be_bound_to) {
  Player player(submission(), {true, false});
  player.say("EHLO c\r\n");
  EXPECT_EQ(player.codes("AUTH SCRAM-SHA-256-PLUS\r\n"), "504");
}

}  // namespace
}  // namespace scop::smtp_session::testing
