// Encoded words (RFC 2047) for showing a subject to people: UTF-8 and US-ASCII ones are decoded, others stay
// as they are.
#pragma once

#include <string>
#include <string_view>

namespace scop::dsn {

//   encoded-word = "=?" charset ["*" language] "?" ("B" / "Q") "?" encoded-text "?="
// Total and linear; white space between two encoded words is dropped.
std::string decode_words(std::string_view text);

}  // namespace scop::dsn
