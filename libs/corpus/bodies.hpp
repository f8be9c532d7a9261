// Leaf bodies: what they hold, and how that is written (RFC 2045 6).
#pragma once

#include <string>

#include "corpus/random.hpp"

namespace scop::corpus {

enum class BodyEncoding : std::uint8_t { seven_bit, eight_bit, quoted_printable, base64 };
std::string_view name_of(BodyEncoding encoding);

// Lines of UTF-8 text parted by line ends.
std::string text_lines(Random& random, std::size_t script, std::string_view line_end);

// As the encoder of some writer does it: lengths of lines, what is escaped without need.
std::string written_body(Random& random, BodyEncoding encoding, std::string_view octets,
                         std::string_view line_end);

bool fits(BodyEncoding encoding, std::string_view octets);

}  // namespace scop::corpus
