// When a deferred recipient is tried again, when the sender is told, when it is given up (RFC 5321 4.5.4.1).
// Pure: the time and the jitter's seed are arguments. Persisted times are civil times, and clocks jump:
//  - backward: a next attempt further away than any wait of ours counts as due at once;
//  - forward: giving up needs a number of tries as well as age, so that a jump expires nothing by itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "core/clock.hpp"

namespace scop::queueing {

struct Schedule {
  std::vector<std::chrono::milliseconds> waits{std::chrono::minutes{1},  std::chrono::minutes{5},
                                               std::chrono::minutes{15}, std::chrono::minutes{30},
                                               std::chrono::hours{1},    std::chrono::hours{2}};
  std::chrono::milliseconds longest_wait = std::chrono::hours{4};  // the last wait doubles up to here
  std::chrono::milliseconds expire = std::chrono::hours{120};
  std::chrono::milliseconds delay_notice = std::chrono::hours{4};  // 0: never
  bool operator==(const Schedule&) const = default;
};

// The wait behind the attempt number `attempts` (1: the first), less or more by up to 15 %.
std::chrono::milliseconds wait_after(const Schedule& schedule, unsigned attempts, std::uint64_t seed);

// Attempts that must have been made before age alone gives a recipient up: six, or fewer where `expire`
// leaves no time for them.
unsigned attempts_before_expiry(const Schedule& schedule);

// `attempts` counts those that a resting destination spared, too.
bool is_expired(const Schedule& schedule, Time received, unsigned attempts, Time now);

// RFC 3461 4.1 leaves whether and when to us.
bool wants_delay_notice(const Schedule& schedule, Time received, unsigned attempts, Time now);

// A persisted next attempt beyond this can only come from a clock that has jumped back since.
Time latest_plausible(const Schedule& schedule, Time now);

}  // namespace scop::queueing
