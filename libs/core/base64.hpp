// Base64 and base16 (RFC 4648 4 and 8). Decoding is strict: canonical padding, no white space unless said.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop {

std::string to_base64(std::string_view octets);
std::optional<std::string> from_base64(std::string_view text);

// RFC 6376 3.2 and MIME bodies: SP, HTAB, CR, LF between the characters are skipped.
std::optional<std::string> from_base64_with_spaces(std::string_view text);

std::string to_hex(std::string_view octets);  // lower case
std::optional<std::string> from_hex(std::string_view text);

}  // namespace scop
