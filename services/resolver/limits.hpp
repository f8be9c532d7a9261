// The resolver's bounds in one place.
#pragma once

#include <chrono>
#include <cstddef>

namespace scop::resolver::limits {

inline constexpr std::size_t look_ups = 4096;     // under way at once, from pipes and the DNS port together
inline constexpr std::size_t udp_queries = 1024;  // of those, by UDP: over it they are dropped
inline constexpr std::size_t tcp_connections = 64;
inline constexpr std::chrono::seconds tcp_idle{10};
inline constexpr std::size_t udp_query_octets = 1500;
inline constexpr std::size_t tcp_query_octets = 4096;
inline constexpr std::size_t reply_octets = 65535;

}  // namespace scop::resolver::limits
