// The proof over generated messages: generate, parse, compare with what was meant, free the octets, encode
// from the values alone, compare octet by octet, parse again, compare.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace scop::command {

struct Tally {
  struct Row {
    std::uint64_t messages = 0;
    std::uint64_t wrong = 0;  // with a difference
    bool operator==(const Row&) const = default;
  };
  std::map<std::string, Row> rows;  // "strict", "obsolete", "broken no_boundary" …
  std::uint64_t octets = 0;
  std::vector<std::string> examples;  // of differences, the first ones

  std::uint64_t messages() const;
  std::uint64_t wrong() const;
};

// A fault put in by us, to see each comparison fail.
enum class Fault : std::uint8_t { none, meaning, reading, writing, keeping };
std::vector<std::string> fault_names();
Fault fault_of(std::string_view name);  // none for what is no name

// Messages [first, first + count) of the seed; the fault in those whose number a hundred divides.
Tally prove(std::uint64_t seed, std::uint64_t first, std::uint64_t count, Fault fault = Fault::none);
void add(Tally& sum, const Tally& tally);

}  // namespace scop::command
