// https URLs as others publish them (RFC 3986 3, RFC 9110 4.2.2): a host name, never an address, no user, no
// fragment. What is not exactly that is refused, nothing is repaired.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::https_client {

inline constexpr std::size_t longest_url = 2'048;

//   "https://" host [ ":" port ] [ path ] [ "?" query ]
struct Url {
  std::string host;  // lower case, without a dot at its end
  std::uint16_t port = 443;
  std::string target = "/";  // path and query as they go into the request
  bool operator==(const Url&) const = default;
};

// malformed, too_large, or unsupported (another scheme, an address for a host), with what is wrong.
Outcome<Url> parse_url(std::string_view text);

// What a request may carry in its first line and its Host field: so nothing of a peer's adds a line to it.
bool is_host_name(std::string_view text);
bool is_target(std::string_view text);

}  // namespace scop::https_client
