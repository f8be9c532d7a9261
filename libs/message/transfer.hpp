// Content transfer encodings of bodies (RFC 2045 6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop::message {

enum class TransferEncoding { seven_bit, eight_bit, binary, quoted_printable, base64, unknown };

// The value of Content-Transfer-Encoding, comments aside, in any case; anything else is `unknown`.
TransferEncoding parse_transfer_encoding(std::string_view value);
std::string_view name_of(TransferEncoding encoding);

// RFC 2045 6.7: CRLF stays a line end, other controls, 8-bit octets, "=" and white space before a line end
// are encoded; lines of at most 76 characters. "From " and "." at the start of a line are encoded too.
std::string encode_quoted_printable(std::string_view text);
// RFC 2045 6.8: lines of 76 characters, each with CRLF.
std::string encode_base64_lines(std::string_view octets);

// Lenient, total: what is not an escape stays as it is.
std::string decode_quoted_printable(std::string_view text);
// Characters outside the alphabet are skipped (RFC 2045 6.8); nullopt where the groups do not come out even.
std::optional<std::string> decode_base64_body(std::string_view text);

// The longest line in octets, line end not counted; lines end with LF.
std::size_t longest_line(std::string_view text);

}  // namespace scop::message
