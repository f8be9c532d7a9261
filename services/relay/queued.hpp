// A message of the queue as values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/id.hpp"

namespace scop::relay {

// Stored as its number.
enum class State : std::uint8_t {
  queued = 0,
  delivered = 1,
  relayed = 2,
  failed = 3,
  expanded = 4,
  dropped = 5
};

// Notifications that a recipient's sender is still to get; bits.
inline constexpr unsigned owes_failure = 1;
inline constexpr unsigned owes_delay = 2;
inline constexpr unsigned owes_success = 4;

struct QueuedRecipient {
  std::int64_t position = 0;  // in its message: names it for good
  std::string address;
  std::uint32_t notify = 0;  // RFC 3461 4.1 bits
  std::string orcpt;
  unsigned depth = 0;  // expansions that led here
  State state = State::queued;
  unsigned attempts = 0;
  unsigned spared = 0;  // attempts that a resting destination spared
  unsigned owes = 0;
  bool delay_told = false;
  bool junk = false;  // its copy goes to the folder Junk
  Time next_attempt{};
  Time changed{};      // of the last result; one attempt's recipients share it
  std::string status;  // RFC 3463
  std::string reply;   // the last one, whole: "451 4.3.0 later"
  std::string mx;      // who gave it; empty: we did
  bool operator==(const QueuedRecipient&) const = default;

  bool is_finished() const { return state != State::queued && owes == 0; }
};

struct QueuedMessage {
  std::int64_t number = 0;  // of the row
  Id id;
  std::string trace;
  int role = 0;        // v1::Role
  std::string origin;  // the caller that passed it
  Time received{};
  std::uint64_t size = 0;  // of what is delivered: header and body
  std::string reverse_path;
  int ret = 0;  // v1::Ret
  std::string envid;
  bool eight_bit = false;
  bool smtputf8 = false;
  bool requiretls = false;
  bool held = false;
  bool path_proved = false;  // SPF passed for the reverse path: its owner may be written to
  std::string arc_results;   // v1::ArcEvidence, for a forward's seal
  std::string arc_chain;
  std::string spool;  // file with the body; empty: all octets are in the row
  std::vector<QueuedRecipient> recipients;
};

// Header and body, or the header alone where the body is in a spool file.
using Octets = std::shared_ptr<const std::string>;

}  // namespace scop::relay
