#include "relay/results.hpp"

#include <gtest/gtest.h>

#include "dsn/notify.hpp"

namespace scop::relay {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Time start{std::chrono::seconds{1'700'000'000}};
const queueing::Schedule schedule;

QueuedMessage message_with(std::uint32_t notify, std::string reverse_path = "a@our.example") {
  QueuedMessage message;
  message.received = start;
  message.reverse_path = std::move(reverse_path);
  message.recipients.push_back({.address = "b@else.example", .notify = notify, .next_attempt = start});
  return message;
}

TEST(Results, AFailureOwesANotificationUnlessNobodyIsToGetIt) {
  auto message = message_with(0);
  note_failed(message, message.recipients[0], {"5.1.1", "550 no", "mx"}, start);
  EXPECT_EQ(message.recipients[0].owes, owes_failure);
  EXPECT_FALSE(message.recipients[0].is_finished());
  for (auto quiet :
       {message_with(dsn::notify_never), message_with(dsn::notify_success), message_with(0, "")}) {
    note_failed(quiet, quiet.recipients[0], {"5.1.1", "550 no", "mx"}, start);
    EXPECT_TRUE(quiet.recipients[0].is_finished());
  }
}

TEST(Results, SuccessIsToldWhereAskedForAndNotPassedOn) {
  auto message = message_with(dsn::notify_success);
  note_relayed(message, message.recipients[0], {"2.0.0", "250 ok", "mx"}, false, start);
  EXPECT_EQ(message.recipients[0].owes, owes_success);
  message = message_with(dsn::notify_success);
  note_relayed(message, message.recipients[0], {"2.0.0", "250 ok", "mx"}, true, start);
  EXPECT_TRUE(message.recipients[0].is_finished());
  message = message_with(0);
  note_delivered(message, message.recipients[0], start);
  EXPECT_TRUE(message.recipients[0].is_finished());
}

TEST(Results, ADeferralComesBackLaterAndLater) {
  auto message = message_with(0);
  auto& recipient = message.recipients[0];
  note_deferred(message, recipient, {"4.4.1", "421 later", "mx"}, schedule, start);
  EXPECT_FALSE(is_due(recipient, schedule, start + std::chrono::seconds{50}));
  EXPECT_TRUE(is_due(recipient, schedule, start + std::chrono::seconds{70}));
  note_deferred(message, recipient, {"4.4.1", "421 later", "mx"}, schedule, start + minutes{1});
  EXPECT_FALSE(is_due(recipient, schedule, start + minutes{5}));
  EXPECT_EQ(recipient.owes, 0U);
}

TEST(Results, TheDelayIsToldOnceAndOvertakenByTheEnd) {
  auto message = message_with(0);
  auto& recipient = message.recipients[0];
  recipient.attempts = 3;
  note_deferred(message, recipient, {"4.4.1", "421 later", "mx"}, schedule, start + hours{4});
  EXPECT_EQ(recipient.owes, owes_delay);
  EXPECT_EQ(recipient.state, State::queued);
  note_deferred(message, recipient, {"4.4.1", "421 later", "mx"}, schedule, start + hours{8});
  recipient.owes = 0;
  note_deferred(message, recipient, {"4.4.1", "421 later", "mx"}, schedule, start + hours{12});
  EXPECT_EQ(recipient.owes, 0U);
  recipient.owes = owes_delay;
  note_relayed(message, recipient, {"2.0.0", "250 ok", "mx"}, false, start + hours{13});
  EXPECT_TRUE(recipient.is_finished());
}

TEST(Results, AfterFiveDaysItFailsWithTheLastReplyBesideIt) {
  auto message = message_with(0);
  auto& recipient = message.recipients[0];
  recipient.attempts = 20;
  note_deferred(message, recipient, {"4.4.1", "421 later", "mx"}, schedule, start + hours{120});
  EXPECT_EQ(recipient.state, State::failed);
  EXPECT_EQ(recipient.status, "5.4.7");
  EXPECT_EQ(recipient.reply, "421 later");
}

TEST(Results, RestsCountForTheEndButKeepTheScheduleShort) {
  auto message = message_with(0);
  auto& recipient = message.recipients[0];
  note_deferred(message, recipient, {"4.4.1", "421 timed out", "mx"}, schedule, start);
  for (int i = 0; i < 10; ++i) {
    note_spared(message, recipient, {"4.4.1", "resting", ""}, schedule, start + minutes{30 * i},
                start + minutes{30 * i});
  }
  EXPECT_EQ(recipient.attempts, 1U);
  EXPECT_EQ(recipient.reply, "421 timed out");
  EXPECT_LE(recipient.next_attempt, start + minutes{30 * 9} + std::chrono::seconds{10});
  note_spared(message, recipient, {"4.4.1", "resting", ""}, schedule, start + hours{121}, start + hours{120});
  EXPECT_EQ(recipient.state, State::failed);
}

TEST(Results, APostponementCountsNothing) {
  auto message = message_with(0);
  auto& recipient = message.recipients[0];
  note_postponed(message, recipient, start + minutes{1});
  EXPECT_EQ(recipient.attempts + recipient.spared, 0U);
  EXPECT_GE(recipient.next_attempt, start + minutes{1});
}

TEST(Results, AfterTheClockJumpedBackEverythingIsDue) {
  auto message = message_with(0);
  auto& recipient = message.recipients[0];
  note_deferred(message, recipient, {"4.4.1", "421 later", "mx"}, schedule, start);
  EXPECT_TRUE(is_due(recipient, schedule, start - hours{1000}));
}

}  // namespace
}  // namespace scop::relay
