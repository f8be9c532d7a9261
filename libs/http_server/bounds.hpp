// What a client may cost. Defaults are for small pages; a service with other needs sets its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace scop::http_server {

using namespace std::chrono_literals;

struct RequestBounds {
  std::uint32_t header_octets = 16U << 10U;  // request line and fields
  std::size_t fields = 64;
  std::size_t target_octets = 4U << 10U;
  std::size_t body_octets = 64U << 10U;
};

struct Bounds {
  RequestBounds request;
  std::size_t connections = 1'000;
  std::size_t connections_per_address = 50;         // 0: no bound
  std::size_t requests = 1'000;                     // of one connection
  std::chrono::milliseconds lifetime = 10min;       // of one connection; a request under way is finished
  std::chrono::milliseconds idle_timeout = 30s;     // for the next request to begin
  std::chrono::milliseconds request_timeout = 20s;  // from its first octet to its last
};

namespace limits {

inline constexpr auto handshake = 30s;
inline constexpr auto proxy_header = 5s;
inline constexpr auto write = 30s;  // for the client to take a response
inline constexpr auto last_word = 1s;
inline constexpr auto certificate_check = 2s;
inline constexpr std::size_t read = 16U << 10U;     // octets of one read: a TLS record
inline constexpr std::size_t unheard = 64U << 10U;  // octets of a client that is not listened to any more

}  // namespace limits
}  // namespace scop::http_server
