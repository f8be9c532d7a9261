// What bounds accounts' memory and work, beside the settings.
#pragma once

#include <chrono>
#include <cstddef>

namespace scop::accounts::limits {

inline constexpr std::size_t login_octets = 320;    // RFC 3696: 64 + 1 + 255
inline constexpr std::size_t checks_waiting = 256;  // argon2 jobs; over it: UNAVAILABLE
inline constexpr std::size_t scram_exchanges = 10'000;
inline constexpr std::chrono::seconds scram_exchange_life{60};
inline constexpr std::size_t app_passwords = 50;  // of one user: a SCRAM proof is tried against each
inline constexpr std::size_t alias_targets = 200;
inline constexpr std::size_t alias_senders = 200;
inline constexpr std::size_t granted_addresses = 900;  // below grant::most_addresses

}  // namespace scop::accounts::limits
