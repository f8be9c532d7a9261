// What is remembered of a domain's keys between two runs of the signer, and the small text file it is written
// to. No secrets: the public halves alone. Strict: a file that is not exactly one that we write is
// `malformed`.
//
//   ledger = "scop-key-life 1" LF "at " ms LF *2("last " selector LF) *key "end" LF
//   key    = "key" SP selector SP type SP stage SP since SP age SP wait SP flags SP record LF
//   flags  = "-" / "settled" / "urgent" / "settled,urgent"     ; record = "-" where there is none yet
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "key_life/key.hpp"

namespace scop::key_life {

inline constexpr std::size_t most_keys = 32;  // of one domain
inline constexpr std::size_t most_record = 2'048;
inline constexpr std::size_t most_ledger = 128U << 10U;

struct Ledger {
  Time at{};                        // civil time up to which the ages are counted
  std::array<std::string, 2> last;  // the newest selector made, by dkim::KeyType
  std::vector<Key> keys;
  bool operator==(const Ledger&) const = default;
};

std::string to_text(const Ledger& ledger);
// malformed with the line; unsupported: a later version's.
Outcome<Ledger> parse_ledger(std::string_view text);

}  // namespace scop::key_life
