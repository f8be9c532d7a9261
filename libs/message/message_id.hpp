// Message identifiers (RFC 5322 3.6.4): Message-ID, In-Reply-To, References.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop::message {

//   msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]
// The identifier with its angle brackets, where the value is exactly one; obsolete quoting is not taken.
std::optional<std::string> parse_message_id(std::string_view value);

}  // namespace scop::message
