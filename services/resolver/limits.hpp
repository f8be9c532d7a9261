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
inline constexpr std::size_t renewals = 1024;                       // that wait for an answer's end
inline constexpr std::chrono::milliseconds stale_patience{1800};    // then an old answer serves (RFC 8767 5)
inline constexpr std::chrono::milliseconds library_rounding{1100};  // it counts whole seconds, to their end
inline constexpr std::chrono::minutes save_every{5};
inline constexpr std::size_t tunnel_connections = 64;  // to one forwarder by TLS
inline constexpr std::chrono::seconds tunnel_set_up{5};
inline constexpr std::chrono::seconds tunnel_idle{60};

}  // namespace scop::resolver::limits
