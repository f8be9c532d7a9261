// What the resolver found, as a value: the answer of scop.v1.Resolver/Lookup without protobuf, for decisions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dns/type.hpp"

namespace scop::dns {

enum class Validation : std::uint8_t { indeterminate = 0, insecure = 1, secure = 2, bogus = 3 };

struct Answer {
  Rcode rcode = Rcode::serv_fail;
  Validation validation = Validation::indeterminate;
  std::string canonical_name;                   // where CNAMEs led
  std::uint32_t ttl = 0;                        // seconds
  std::vector<std::string> records;             // RDATA, names uncompressed
  std::string why;                              // of bogus or SERVFAIL
  std::optional<std::uint16_t> extended_error;  // RFC 8914 INFO-CODE
  bool stale = false;                           // past its TTL (RFC 8767)
  bool operator==(const Answer&) const = default;
};

}  // namespace scop::dns
