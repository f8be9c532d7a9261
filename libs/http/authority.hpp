// The host and port of a Host field or an absolute target (RFC 9110 7.2, RFC 3986 3.2). User information and
// names with anything but letters, digits, hyphens, underscores and dots are refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::http {

struct Authority {
  std::string host;  // lower case, no last dot; a literal address without its brackets
  std::optional<std::uint16_t> port;
  bool operator==(const Authority&) const = default;
};

Outcome<Authority> parse_authority(std::string_view text);

}  // namespace scop::http
