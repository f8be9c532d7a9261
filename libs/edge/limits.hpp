// The edges' fixed bounds in one place; those that an administrator may want to change are in
// settings/public_server.hpp.
#pragma once

#include <chrono>
#include <cstddef>

namespace scop::edge::limits {

using namespace std::chrono_literals;

inline constexpr std::size_t held_whole =
    256U << 10U;  // octets: up to here a message can be encoded anew and repeated
inline constexpr std::size_t part = 64U << 10U;     // octets of one Part
inline constexpr std::size_t read = 16U << 10U;     // octets of one read: a TLS record
inline constexpr std::size_t unheard = 64U << 10U;  // octets of a client that is not listened to any more

inline constexpr auto handshake = 30s;
inline constexpr auto proxy_header = 5s;
inline constexpr auto write = 60s;  // for the client to take a reply
inline constexpr auto open_pass = 10s;
inline constexpr auto pass_idle = 60s;    // for the next stage to take one Part
inline constexpr auto final_reply = 60s;  // after the last Part (docs/flow.md)
inline constexpr auto outcome_pause = 250ms;
inline constexpr auto certificate_check = 3s;  // two looks at a folder
inline constexpr auto last_word = 1s;          // for a 421 to a client that is sent away

}  // namespace scop::edge::limits
