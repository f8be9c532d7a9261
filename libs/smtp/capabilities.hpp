// What a server says it can do: the reply to EHLO (RFC 5321 4.1.1.1), read by clients and written by servers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "smtp/reply.hpp"

namespace scop::smtp {

struct Capabilities {
  std::string host;
  bool pipelining = false;             // RFC 2920
  bool eight_bit_mime = false;         // RFC 6152
  bool smtputf8 = false;               // RFC 6531
  bool chunking = false;               // RFC 3030
  bool binary_mime = false;            // RFC 3030
  bool dsn = false;                    // RFC 3461
  bool enhanced_status_codes = false;  // RFC 2034
  bool starttls = false;               // RFC 3207
  bool requiretls = false;             // RFC 8689
  std::optional<std::uint64_t> size;   // RFC 1870; 0: no fixed limit
  std::vector<std::string> auth;       // RFC 4954, upper case
  bool operator==(const Capabilities&) const = default;
};

// Unknown keywords are passed over; what does not parse is as if it were not there.
Capabilities parse_capabilities(const Reply& ehlo_reply);

// A 250 reply.
Reply to_reply(const Capabilities& capabilities);

}  // namespace scop::smtp
