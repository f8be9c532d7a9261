#include "smtp/command.hpp"

#include <gtest/gtest.h>

#include "smtp/limits.hpp"

namespace scop::smtp {
namespace {

template <class T>
T parsed(std::string_view line) {
  auto command = parse_command(line);
  EXPECT_TRUE(command) << line << ": " << (command ? "" : command.error().what);
  if (!command || !std::holds_alternative<T>(*command)) {
    ADD_FAILURE() << line;
    return {};
  }
  return std::get<T>(*command);
}

Fault fault(std::string_view line) {
  const auto command = parse_command(line);
  EXPECT_FALSE(command) << line;
  return command ? Fault{} : command.error().fault;
}

TEST(Command, reads_verbs_in_any_case) {
  EXPECT_EQ(parsed<Ehlo>("ehlo client.example").name, "client.example");
  EXPECT_EQ(parsed<Helo>("Helo [127.0.0.1]").name, "[127.0.0.1]");
  parsed<Data>("data");
  parsed<Quit>("QUIT ");
  parsed<Noop>("NOOP whatever");
  parsed<StartTls>("StartTLS");
  EXPECT_EQ(parsed<Vrfy>("VRFY somebody").text, "somebody");
}

TEST(Command, reads_every_parameter_of_mail) {
  const auto mail = parsed<Mail>(
      "MAIL FROM:<a@b.example> SIZE=1000 BODY=8bitmime SMTPUTF8 RET=HDRS ENVID=QQ+2B1 AUTH=<> REQUIRETLS "
      "MT-PRIORITY=-3");
  EXPECT_EQ(mail.reverse_path.address(), "a@b.example");
  EXPECT_EQ(mail.parameters.size, 1000U);
  EXPECT_EQ(mail.parameters.body, Body::eight_bit_mime);
  EXPECT_TRUE(mail.parameters.smtputf8);
  EXPECT_TRUE(mail.parameters.requiretls);
  EXPECT_EQ(mail.parameters.ret, Ret::hdrs);
  EXPECT_EQ(mail.parameters.envid, "QQ+1");
  EXPECT_EQ(mail.parameters.auth, "");
  EXPECT_EQ(mail.parameters.mt_priority, -3);
}

TEST(Command, reads_notify_and_orcpt_of_rcpt) {
  const auto rcpt = parsed<Rcpt>("RCPT TO:<a@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@b.example");
  EXPECT_EQ(rcpt.parameters.notify, notify::success | notify::delay);
  EXPECT_EQ(rcpt.parameters.orcpt, "rfc822;a@b.example");
  EXPECT_EQ(fault("RCPT TO:<a@b.example> NOTIFY=NEVER,DELAY"), Fault::bad_parameter);
  EXPECT_EQ(fault("RCPT TO:<a@b.example> NOTIFY"), Fault::bad_parameter);
}

TEST(Command, tells_faults_apart) {
  EXPECT_EQ(fault("XYZZY"), Fault::unknown_command);
  EXPECT_EQ(fault(""), Fault::unknown_command);
  EXPECT_EQ(fault("GET / HTTP/1.1"), Fault::foreign_protocol);
  EXPECT_EQ(fault("MAIL FROM:a@b"), Fault::bad_path);
  EXPECT_EQ(fault("MAIL <a@b>"), Fault::bad_arguments);
  EXPECT_EQ(fault("MAIL FROM:<a@b>SIZE=1"), Fault::bad_arguments);
  EXPECT_EQ(fault("MAIL FROM:<a@b> X=1"), Fault::unknown_parameter);
  EXPECT_EQ(fault("MAIL FROM:<a@b> SIZE=1 SIZE=2"), Fault::bad_arguments);
  EXPECT_EQ(fault("MAIL FROM:<a@b> SIZE=-1"), Fault::bad_parameter);
  EXPECT_EQ(fault("MAIL FROM:<a@b> SMTPUTF8=1"), Fault::bad_parameter);
  EXPECT_EQ(fault("MAIL FROM:<a@b> ENVID=a+0Ab"), Fault::bad_parameter);
  EXPECT_EQ(fault("DATA now"), Fault::bad_arguments);
  EXPECT_EQ(fault("EHLO"), Fault::bad_arguments);
  EXPECT_EQ(fault("EHLO a(b)"), Fault::bad_arguments);
  EXPECT_EQ(fault(std::string_view("NOOP \0", 6)), Fault::bad_octets);
  EXPECT_EQ(fault("NOOP a\nQUIT"), Fault::bad_octets);
  EXPECT_EQ(fault("NOOP \xff"), Fault::bad_octets);
}

TEST(Command, reads_bdat_strictly) {
  EXPECT_EQ(parsed<Bdat>("BDAT 0 LAST"), (Bdat{0, true}));
  EXPECT_EQ(parsed<Bdat>("bdat 18446744073709551615"), (Bdat{UINT64_MAX, false}));
  for (const auto* line :
       {"BDAT", "BDAT x", "BDAT -1", "BDAT 1 FIRST", "BDAT 1 LAST LAST", "BDAT 18446744073709551616"}) {
    EXPECT_EQ(fault(line), Fault::bad_arguments) << line;
  }
}

TEST(Command, reads_auth_with_and_without_initial_response) {
  EXPECT_EQ(parsed<Auth>("AUTH scram-sha-256-plus"), (Auth{"SCRAM-SHA-256-PLUS", std::nullopt}));
  EXPECT_EQ(parsed<Auth>("AUTH PLAIN ="), (Auth{"PLAIN", "="}));
  EXPECT_EQ(fault("AUTH"), Fault::bad_arguments);
  EXPECT_EQ(fault("AUTH PLAIN a b"), Fault::bad_arguments);
}

TEST(Command, bounds_lines_by_verb) {
  EXPECT_EQ(fault("NOOP " + std::string(600, 'a')), Fault::line_too_long);
  parsed<Auth>("AUTH PLAIN " + std::string(12000, 'a'));
  EXPECT_EQ(fault("AUTH PLAIN " + std::string(13000, 'a')), Fault::line_too_long);
  EXPECT_EQ(longest_line("mail from:"), limits::mail_line);
}

TEST(Command, writes_what_it_reads) {
  for (const std::string line :
       {"MAIL FROM:<\"a b\"@c.example> SIZE=5 BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=FULL ENVID=a+2Bb "
        "AUTH=x+2By MT-PRIORITY=4",
        "RCPT TO:<a@b.example> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@c", "BDAT 12 LAST",
        "AUTH PLAIN AGEAYg==", "EHLO [IPv6:::1]", "MAIL FROM:<>", "RCPT TO:<postmaster>"}) {
    const auto command = parse_command(line);
    ASSERT_TRUE(command) << line;
    EXPECT_EQ(to_line(*command), line + "\r\n");
  }
}

}  // namespace
}  // namespace scop::smtp
