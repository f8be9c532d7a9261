// An HTTP/1.1 response as it comes in (RFC 9112), sans I/O, by Boost.Beast's parser: octets in, response out.
// Interim responses (1xx) are passed over. Bounded in header, body, and in octets all together.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::https_client {

struct Response {
  unsigned status = 0;       // 200; redirects are left to the asker
  std::string content_type;  // as it stands there: "text/plain; charset=utf-8"; empty: none
  std::string body;
  bool operator==(const Response&) const = default;
};

inline constexpr std::uint32_t most_header_octets = 16U << 10U;
inline constexpr std::size_t most_fields = 100;
inline constexpr int most_interim = 8;

class ResponseReader {
 public:
  // With `status_only` it is done after the header: for answers whose body says nothing.
  ResponseReader(std::size_t most_body_octets, bool status_only);
  ResponseReader(ResponseReader&&) noexcept;
  ResponseReader& operator=(ResponseReader&&) noexcept;
  ~ResponseReader();

  // True: the response is complete, what follows it is ignored. malformed or too_large.
  Outcome<bool> feed(std::string_view octets);
  // The peer has ended the connection: an error but where the body's end is the connection's end. `clean`: it
  // said so itself (close_notify); otherwise anybody may have cut it (RFC 9112 9.8).
  Outcome<> end(bool clean);

  Response take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::https_client
