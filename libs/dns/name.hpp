// Domain names, presentation form ⇄ uncompressed wire form (RFC 1035 3.1 and 5.1): labels of 1 to 63 octets,
// 255 octets in all. Compression pointers are refused: RDATA of the resolver's answers carries none.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::dns {

inline constexpr std::size_t longest_label = 63;
inline constexpr std::size_t longest_name = 255;  // in wire form

class Cursor;

// "mail.example" or "mail.example." → wire; "." is the root; "\." and "\046" escape one octet.
Outcome<std::string> name_to_wire(std::string_view presentation);

// Takes one name from the cursor; presentation form without the last dot, "." for the root; octets that are
// not letters, digits, "-", "_", "*" or "/" are escaped, so that the text is harmless in logs and reversible.
Outcome<std::string> take_name(Cursor& cursor);
// The whole of `wire`.
Outcome<std::string> name_from_wire(std::string_view wire);

// Without the last dot (the root stays "."), ASCII letters in lower case: for comparing.
std::string canonical_text(std::string_view presentation);

}  // namespace scop::dns
