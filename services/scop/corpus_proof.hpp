// The proof over generated messages: generate, parse, compare with what was meant, free the octets, encode
// from the values alone, compare octet by octet, parse again, compare.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace scop::command {

struct Tally {
  std::uint64_t messages = 0;
  std::uint64_t octets = 0;
  std::uint64_t strict = 0;
  std::uint64_t obsolete = 0;
  std::uint64_t broken = 0;
  std::uint64_t wrong = 0;            // messages with a difference
  std::vector<std::string> examples;  // of differences, the first ones
};

// Messages [first, first + count) of the seed.
Tally prove(std::uint64_t seed, std::uint64_t first, std::uint64_t count);
void add(Tally& sum, const Tally& tally);

}  // namespace scop::command
