// Messages from the grammars of RFC 5322, 2045 to 2049, 2047, 2231, 2183, 6532, 3462 to 3464, 8098 and their
// obsolete forms, each with what a reader must find. The same seed and number give the same octets, whoever
// asks.
#pragma once

#include <cstdint>

#include "corpus/expected.hpp"

namespace scop::corpus {

// Of ten messages seven are strict, two obsolete, one is broken.
Generated generate(std::uint64_t seed, std::uint64_t number);

}  // namespace scop::corpus
