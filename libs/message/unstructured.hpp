// Unstructured fields that we write (RFC 5322 2.2.3 and 3.2.5, RFC 2047): folded, and encoded where not
// ASCII. Whatever the text holds, the value is one field: CR, LF and NUL become spaces.
#pragma once

#include <string>
#include <string_view>

namespace scop::message {

// " text" as it stands behind "Name:", folded with CRLF at 78 columns where white space allows it, no last
// CRLF.
std::string fold_unstructured(std::string_view name, std::string_view text);

// RFC 2047 encoded words in UTF-8, at most 75 characters each, whole characters in each, joined by CRLF
// SPACE. Octets that are not UTF-8 become "?".
std::string encode_words(std::string_view text);

}  // namespace scop::message
