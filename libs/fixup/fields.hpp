// Single header fields rewritten: UTF-8 taken out where SMTPUTF8 was not declared, lines over 998 octets
// folded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "message/header.hpp"

namespace scop::fixup {

// The whole field with its CRLF in ASCII: encoded words in text and display names (RFC 2047). nullopt where
// that cannot be said in ASCII: an address, or a structured field.
std::optional<std::string> without_utf8(const message::FieldView& field);

// The whole field folded before white space (RFC 5322 2.2.3) to lines of at most 998 octets; nullopt where a
// word is longer than that.
std::optional<std::string> refolded(std::string_view raw);

}  // namespace scop::fixup
