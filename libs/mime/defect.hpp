// What is wrong with a message, by name. A reading goes on behind every defect, and loses no octet.
#pragma once

#include <cstdint>
#include <string_view>

namespace scop::mime {

enum class Defect : std::uint8_t {
  malformed_line,        // in a header: neither a field nor the continuation of one
  no_header_end,         // the text, or the part, ends within the header
  long_header,           // more octets or fields than are read: the rest is kept as it is
  bad_content_type,      // read as text/plain (RFC 2045 5.2)
  no_boundary,           // multipart without a boundary parameter: read as a leaf
  boundary_not_found,    // multipart without a part
  boundary_reused,       // the boundary of an enclosing multipart: read as a leaf
  no_close_delimiter,    // the last part ends where the text or the enclosing part does
  too_deep,              // read as a leaf
  too_many_parts,        // what follows is kept within the last part
  encoded_container,     // multipart with base64 or quoted-printable (RFC 2045 6.4): read as a leaf
  unknown_encoding,      // of the body: octets as they are (RFC 2045 6.4)
  bad_base64,            // not canonical: read as far as it goes
  bad_quoted_printable,  // escapes that are none, or white space before a line end
  bad_uuencode,          // x-uuencode without its first or last line, or with characters that are no digits
  bad_yenc,              // x-yenc without its first or last line, or of another size than it says
  bad_encoded_word,      // looks like one and is none, or stands within quotes
  unknown_charset,
  bad_charset_octets,  // some made no sense in their charset
  raw_octets,          // 8-bit octets in a header that are no UTF-8
  unbalanced           // a quoted string or comment that does not end
};

std::string_view name_of(Defect defect);  // "bad_base64"

}  // namespace scop::mime
