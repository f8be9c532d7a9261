// Text for notifications from what remotes and senders wrote: one line, bounded, wrapped, no controls.
#pragma once

#include <string>
#include <string_view>

namespace scop::dsn {

// Controls become spaces, runs of spaces one; malformed UTF-8 becomes "?" octet by octet; at most `most`
// octets.
std::string one_line(std::string_view text, std::size_t most);

// The same with everything that is not ASCII as "?".
std::string one_ascii_line(std::string_view text, std::size_t most);

// "Name: value" folded before words at 78 columns; no line over 998 octets whatever the words.
std::string field(std::string_view name, std::string_view value);

// Lines of at most 76 columns behind `indent`, each ended by CRLF.
std::string wrapped(std::string_view text, std::string_view indent);

// A quoted original: every line ends with CRLF, none is over 998 octets, NUL becomes "?"; cut at a line's end
// at `most`.
std::string quotable(std::string_view octets, std::size_t most);

// RFC 3463 2: class "." subject "." detail, each at most three digits.
bool is_status(std::string_view text);

}  // namespace scop::dsn
