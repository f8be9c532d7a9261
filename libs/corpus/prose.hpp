// Text that looks like a language: chains of characters, each drawn by the two before it, from the sample of
// a script.
#pragma once

#include <string>
#include <string_view>

#include "corpus/random.hpp"
#include "corpus/scripts.hpp"

namespace scop::corpus {

// `words` words parted by one space each; no space at the ends, no controls.
std::string prose(Random& random, const Script& script, std::size_t words);

// The UTF-8 character that `text` begins with; one octet where there is none.
std::string_view first_character(std::string_view text);

}  // namespace scop::corpus
