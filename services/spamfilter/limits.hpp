// The spamfilter's bounds in one place.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace scop::spamfilter::limits {

inline constexpr std::size_t examination_octets = 4U << 20U;  // of the judge's answer
inline constexpr std::size_t recipients = 1'000;              // of one message, with a verdict of their own
inline constexpr std::size_t models = 20;                     // different ones asked for one message
inline constexpr std::size_t observations = 50;               // of the edge, as tokens
inline constexpr std::size_t observation_octets = 60;
inline constexpr std::uint32_t least_learned = 10;  // ham and spam each, before a model says anything
inline constexpr std::size_t lessons_under_way = 256;
inline constexpr std::chrono::milliseconds commit_every{50};  // of lessons, in groups
inline constexpr std::chrono::seconds reputation_saved_every{20};
inline constexpr std::chrono::seconds idle_part{60};
inline constexpr std::chrono::hours forget_every{24};
inline constexpr std::chrono::seconds clamd_takes_chunk{5};
inline constexpr std::size_t clamd_answer_octets = 1'024;
inline constexpr std::uint32_t http_header_octets = 128U << 10U;  // Rcpt headers among them
inline constexpr std::size_t http_message_octets = 32U << 20U;
inline constexpr std::size_t http_connections = 100;
inline constexpr std::chrono::seconds http_idle{30};

}  // namespace scop::spamfilter::limits
