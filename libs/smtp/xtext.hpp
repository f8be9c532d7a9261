// xtext (RFC 3461 4) and the address types of ORCPT (RFC 3461 4.2, RFC 6533 3).
//   xtext = *( xchar / hexchar );  xchar = "!"-"~" but "+" and "=";  hexchar = "+" 2(%x30-39 / %x41-46)
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop::smtp {

std::string to_xtext(std::string_view octets);
std::optional<std::string> from_xtext(std::string_view text);

// "rfc822;a+2Bb@c" ⇄ "rfc822;a+b@c"; "utf-8;\x{FC}@c" ⇄ "utf-8;ü@c". The type is folded to lower case.
std::optional<std::string> decode_orcpt(std::string_view text);
// Takes the decoded form; the result is ASCII.
std::string encode_orcpt(std::string_view decoded);

}  // namespace scop::smtp
