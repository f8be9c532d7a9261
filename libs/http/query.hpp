// "name=value&…" behind a target's question mark, and percent encoding (RFC 3986 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop::http {

// nullopt: a percent sign without two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

// The first value of `name`, whatever the case of its letters; a plus stays a plus, for it stands in
// addresses. nullopt: there is none, or it does not decode.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace scop::http
