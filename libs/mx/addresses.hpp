// The addresses of one mail host, in the order in which to try them: families alternate (after RFC 8305 4),
// so that a broken one costs one attempt, not all. Pure; chance comes in as a seed.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "dns/address.hpp"
#include "dns/answer.hpp"
#include "mx/verdict.hpp"

namespace scop::mx {

inline constexpr std::size_t most_addresses = 40;  // of all hosts of one attempt

struct AddressRules {
  bool v4 = true;
  bool v6 = true;
  bool loopback = false;          // addresses that never name another host are usable (tests, demonstrations)
  std::vector<dns::Address> own;  // our own: talking to them is a loop
};

// One answer may be that of a question never asked (a family we do not use): an empty NOERROR. A host with a
// usable address is used even where the other family's look-up failed.
std::expected<std::vector<dns::Address>, Verdict> addresses_of(std::string_view host, const dns::Answer& a,
                                                               const dns::Answer& aaaa,
                                                               const AddressRules& rules, std::uint64_t seed);

}  // namespace scop::mx
