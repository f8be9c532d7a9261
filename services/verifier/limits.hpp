// The verifier's bounds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace scop::verifier::limits {

inline constexpr std::chrono::seconds after_last_part{20};  // then what is missing is a temperror
inline constexpr std::chrono::seconds look_up{12};          // the resolver gives up after 10
inline constexpr std::chrono::seconds judge{25};            // one request's way through a busy judge
inline constexpr std::size_t cases = 4'096;                 // messages under way in the judge
inline constexpr std::size_t cached_answers = 20'000;
inline constexpr std::size_t cached_octets = 16'384;  // of one answer; larger ones are asked again
inline constexpr std::chrono::seconds longest_cached{300};
inline constexpr std::uint64_t judge_memory = 512ULL << 20U;

}  // namespace scop::verifier::limits
