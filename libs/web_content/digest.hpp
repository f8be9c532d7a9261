// A short name for octets, the same wherever it is made.
#pragma once

#include <string>
#include <string_view>

namespace scop::web_content {

// The first 128 bits of the SHA-256, as 32 lower-case hexadecimal digits.
std::string hex_digest(std::string_view octets);

}  // namespace scop::web_content
