// What a result does to a recipient, as values: states, schedule, and which notifications become due (RFC
// 3461 5.2). Pure: time and seed are arguments.
#pragma once

#include <string>

#include "queued.hpp"
#include "queueing/schedule.hpp"

namespace scop::relay {

struct Answer {
  std::string status;  // RFC 3463; may be empty
  std::string reply;   // whole: "550 5.1.1 no such user"
  std::string mx;      // who gave it; empty: we did
};

// A received message's sender is told only where SPF has shown that the reverse path is the sender's: else a
// forged one would get our bounces (backscatter).
bool may_be_told(const QueuedMessage& message);

void note_delivered(const QueuedMessage& message, QueuedRecipient& recipient, Time now);
// `dsn_passed_on`: the next hop reports success itself (RFC 3461 5.2.1).
void note_relayed(const QueuedMessage& message, QueuedRecipient& recipient, Answer answer, bool dsn_passed_on,
                  Time now);
void note_failed(const QueuedMessage& message, QueuedRecipient& recipient, Answer answer, Time now);
// `tell`: an alias of several members reports "expanded" where success is asked for.
void note_expanded(const QueuedMessage& message, QueuedRecipient& recipient, bool tell, Time now);
// Another try later; or failed, where its time is over.
void note_deferred(const QueuedMessage& message, QueuedRecipient& recipient, Answer answer,
                   const queueing::Schedule& schedule, Time now);
// Its destination rests until `until`: no attempt was made.
void note_spared(const QueuedMessage& message, QueuedRecipient& recipient, Answer answer,
                 const queueing::Schedule& schedule, Time until, Time now);
// Nothing was tried and nothing is learnt: there was no room, or no courier.
void note_postponed(const QueuedMessage& message, QueuedRecipient& recipient, Time until);

// Due, or so far away that a clock must have jumped back.
bool is_due(const QueuedRecipient& recipient, const queueing::Schedule& schedule, Time now);

}  // namespace scop::relay
