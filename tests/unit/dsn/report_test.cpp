#include "dsn/report.hpp"

#include <gtest/gtest.h>

#include "core/ascii.hpp"
#include "message/header.hpp"

namespace scop::dsn {
namespace {

constexpr Time date{std::chrono::seconds{1'700'000'000}};
constexpr std::string_view header =
    "From: a@our.example\r\nSubject: Lunch\r\nMessage-ID: <1@our.example>\r\n";

ReportView view_of(const std::vector<RecipientStatus>& recipients) {
  return {.reporting_mta = "mail.our.example",
          .from = "postmaster@our.example",
          .to = "a@our.example",
          .id = "00112233445566778899aabbccddeeff",
          .date = date,
          .arrival = date - std::chrono::hours{1},
          .recipients = recipients,
          .header = header,
          .body = "Shall we?\r\n"};
}

bool has(const Notification& notification, std::string_view text) {
  return notification.octets.find(text) != std::string::npos;
}

std::vector<RecipientStatus> one_failed() {
  return {{.address = "bob@example.net",
           .original = "rfc822;bobby@example.net",
           .action = Action::failed,
           .status = "5.1.1",
           .diagnostic = "550 5.1.1 No such user here",
           .remote_mta = "mx.example.net",
           .last_attempt = date}};
}

TEST(Dsn, AFailureSaysWhoWhyAndWhatToDo) {
  const auto recipients = one_failed();
  auto view = view_of(recipients);
  view.envid = "QQ314159";
  const auto notification = build(view);
  for (const auto* text :
       {"To: <a@our.example>\r\n", "Auto-Submitted: auto-replied\r\n", "report-type=delivery-status",
        "In-Reply-To: <1@our.example>\r\n", "bob@example.net", "There is no such mailbox",
        "    Subject: Lunch\r\n", "Reporting-MTA: dns; mail.our.example\r\n",
        "Original-Envelope-Id: QQ314159\r\n",
        "Original-Recipient: rfc822; bobby@example.net\r\nFinal-Recipient: rfc822; bob@example.net\r\n",
        "Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.example.net\r\n",
        "Diagnostic-Code: smtp; 550 5.1.1 No such user here\r\n", "Content-Type: text/rfc822-headers\r\n"}) {
    EXPECT_TRUE(has(notification, text)) << text << "\n" << notification.octets;
  }
  EXPECT_FALSE(has(notification, "Shall we?"));
  EXPECT_FALSE(notification.eight_bit);
  EXPECT_FALSE(notification.smtputf8);
}

TEST(Dsn, TheWholeOriginalComesBackWhereAskedForAndNotTooLarge) {
  const auto recipients = one_failed();
  auto view = view_of(recipients);
  view.with_body = true;
  EXPECT_TRUE(has(build(view), "Content-Type: message/rfc822\r\n"));
  EXPECT_TRUE(has(build(view), "\r\n\r\nShall we?\r\n"));
  const std::string large(most_quoted, 'x');
  view.body = large;
  EXPECT_TRUE(has(build(view), "Content-Type: text/rfc822-headers\r\n"));
}

TEST(Dsn, ADelayTellsUntilWhenWeTry) {
  auto recipients = one_failed();
  recipients[0].action = Action::delayed;
  recipients[0].status = "4.4.1";
  auto view = view_of(recipients);
  view.retry_until = date + std::chrono::hours{24 * 5};
  const auto notification = build(view);
  EXPECT_TRUE(has(notification, "Action: delayed\r\n"));
  EXPECT_TRUE(has(notification, "Will-Retry-Until: "));
  EXPECT_TRUE(has(notification, "We keep trying"));
}

TEST(Dsn, Utf8AddressesTakeTheGlobalForms) {
  auto recipients = one_failed();
  recipients[0].address = "jos\xc3\xa9@example.net";
  auto notification = build(view_of(recipients));
  EXPECT_TRUE(has(notification, "Content-Type: message/global-delivery-status\r\n"));
  EXPECT_TRUE(has(notification, "Final-Recipient: utf-8; jos\xc3\xa9@example.net\r\n"));
  EXPECT_TRUE(notification.eight_bit);
  EXPECT_FALSE(notification.smtputf8);
  const auto plain = one_failed();
  auto view = view_of(plain);
  view.to = "ren\xc3\xa9@our.example";
  view.header = "Subject: caf\xc3\xa9\r\n";
  notification = build(view);
  EXPECT_TRUE(notification.smtputf8);
  EXPECT_TRUE(has(notification, "Content-Type: message/global-headers\r\n"));
}

TEST(Dsn, TheBoundaryCannotBePlantedInTheOriginal) {
  const auto recipients = one_failed();
  auto view = view_of(recipients);
  view.with_body = true;
  view.body = "--=_00112233445566778899aabbccddeeff--\r\n";
  const auto notification = build(view);
  EXPECT_TRUE(has(notification, "boundary=\"=_00112233445566778899aabbccddeeff_"));
}

TEST(Dsn, ARemotesReplyCannotAddFieldsOrParts) {
  auto recipients = one_failed();
  recipients[0].diagnostic = "550 no\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<script>";
  recipients[0].status = "5.1.1\r\nX-Evil: 1";
  recipients[0].remote_mta = "mx\r\nX-Evil: 2";
  const auto notification = build(view_of(recipients));
  EXPECT_FALSE(has(notification, "\r\nX-Evil"));
  EXPECT_FALSE(has(notification, "\r\nContent-Type: text/html"));
  EXPECT_TRUE(has(notification, "Status: 5.0.0\r\n"));
}

TEST(Dsn, TheSameArgumentsGiveTheSameOctets) {
  const auto recipients = one_failed();
  EXPECT_EQ(build(view_of(recipients)).octets, build(view_of(recipients)).octets);
}

TEST(Dsn, OnlyWhatWasAskedForIsSentAndNothingToTheNullReversePath) {
  EXPECT_TRUE(is_wanted(Action::failed, 0, "a@b"));
  EXPECT_TRUE(is_wanted(Action::delayed, 0, "a@b"));
  EXPECT_FALSE(is_wanted(Action::delivered, 0, "a@b"));
  EXPECT_TRUE(is_wanted(Action::relayed, notify_success, "a@b"));
  EXPECT_FALSE(is_wanted(Action::failed, notify_success, "a@b"));
  EXPECT_FALSE(is_wanted(Action::failed, notify_never, "a@b"));
  EXPECT_FALSE(is_wanted(Action::failed, notify_failure, ""));
}

}  // namespace
}  // namespace scop::dsn
