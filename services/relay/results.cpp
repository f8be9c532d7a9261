#include "results.hpp"

#include <utility>

#include "dsn/notify.hpp"

namespace scop::relay {

namespace {

void take(QueuedRecipient& recipient, Answer answer, Time now) {
  recipient.status = std::move(answer.status);
  recipient.reply = std::move(answer.reply);
  recipient.mx = std::move(answer.mx);
  recipient.changed = now;
}

bool is_told(const QueuedMessage& message, const QueuedRecipient& recipient, dsn::Action action) {
  return may_be_told(message) && dsn::is_wanted(action, recipient.notify, message.reverse_path);
}

void finish(const QueuedMessage& message, QueuedRecipient& recipient, State state, dsn::Action action,
            unsigned owed, Time now) {
  recipient.state = state;
  recipient.changed = now;
  // A delay that was to be told is overtaken by what came of it.
  recipient.owes = is_told(message, recipient, action) ? owed : 0;
  recipient.next_attempt = now;  // of the notification
}

std::uint64_t seed_of(const QueuedMessage& message, const QueuedRecipient& recipient) {
  return std::hash<Id>{}(message.id) + static_cast<std::uint64_t>(recipient.position) * 7919 +
         recipient.attempts;
}

void expire(const QueuedMessage& message, QueuedRecipient& recipient, Time now) {
  recipient.status = "5.4.7";  // RFC 3463 3.5: delivery time expired; the last reply stands beside it
  finish(message, recipient, State::failed, dsn::Action::failed, owes_failure, now);
}

void owe_delay(const QueuedMessage& message, QueuedRecipient& recipient, const queueing::Schedule& schedule,
               Time now) {
  if (recipient.delay_told || !is_told(message, recipient, dsn::Action::delayed)) return;
  if (!queueing::wants_delay_notice(schedule, message.received, recipient.attempts + recipient.spared, now))
    return;
  recipient.delay_told = true;
  recipient.owes |= owes_delay;
}

}  // namespace

bool may_be_told(const QueuedMessage& message) { return message.origin != "verifier" || message.path_proved; }

void note_delivered(const QueuedMessage& message, QueuedRecipient& recipient, Time now) {
  take(recipient, {"2.1.5", "", ""}, now);
  finish(message, recipient, State::delivered, dsn::Action::delivered, owes_success, now);
}

void note_relayed(const QueuedMessage& message, QueuedRecipient& recipient, Answer answer, bool dsn_passed_on,
                  Time now) {
  take(recipient, std::move(answer), now);
  finish(message, recipient, State::relayed, dsn::Action::relayed, dsn_passed_on ? 0 : owes_success, now);
}

void note_failed(const QueuedMessage& message, QueuedRecipient& recipient, Answer answer, Time now) {
  take(recipient, std::move(answer), now);
  finish(message, recipient, State::failed, dsn::Action::failed, owes_failure, now);
}

void note_expanded(const QueuedMessage& message, QueuedRecipient& recipient, bool tell, Time now) {
  finish(message, recipient, State::expanded, dsn::Action::expanded, tell ? owes_success : 0, now);
}

void note_deferred(const QueuedMessage& message, QueuedRecipient& recipient, Answer answer,
                   const queueing::Schedule& schedule, Time now) {
  take(recipient, std::move(answer), now);
  ++recipient.attempts;
  if (queueing::is_expired(schedule, message.received, recipient.attempts + recipient.spared, now)) {
    return expire(message, recipient, now);
  }
  recipient.next_attempt =
      now + queueing::wait_after(schedule, recipient.attempts, seed_of(message, recipient));
  owe_delay(message, recipient, schedule, now);
}

void note_spared(const QueuedMessage& message, QueuedRecipient& recipient, Answer answer,
                 const queueing::Schedule& schedule, Time until, Time now) {
  if (recipient.reply.empty()) take(recipient, std::move(answer), now);
  ++recipient.spared;
  if (queueing::is_expired(schedule, message.received, recipient.attempts + recipient.spared, now)) {
    return expire(message, recipient, now);
  }
  note_postponed(message, recipient, until);
  owe_delay(message, recipient, schedule, now);
}

void note_postponed(const QueuedMessage& message, QueuedRecipient& recipient, Time until) {
  // Spread over ten seconds, so that thousands do not come back in one instant.
  recipient.next_attempt = until + std::chrono::milliseconds{seed_of(message, recipient) % 10'000};
}

bool is_due(const QueuedRecipient& recipient, const queueing::Schedule& schedule, Time now) {
  return recipient.state == State::queued &&
         (recipient.next_attempt <= now ||
          recipient.next_attempt > queueing::latest_plausible(schedule, now));
}

}  // namespace scop::relay
