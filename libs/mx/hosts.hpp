// Which hosts take a domain's mail, and in which order (RFC 5321 5.1, RFC 7505): a pure function of the MX
// answer. Host names that are CNAMEs are tolerated: the addresses behind them are used (RFC 5321 5.1 forbids
// the publisher this, and refusing would only lose mail). Chance comes in as a seed.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "dns/answer.hpp"
#include "mx/verdict.hpp"

namespace scop::mx {

inline constexpr std::size_t most_hosts = 20;

struct Host {
  std::string name;  // lower case, no last dot
  std::uint16_t preference = 0;
  bool implicit = false;  // the domain itself, where it has no MX record
  bool secure = false;    // the MX answer was validated by DNSSEC
  bool operator==(const Host&) const = default;
};

struct Hosts {
  std::vector<Host> in_order;  // best preference first, equals shuffled by the seed; 1 to most_hosts
  std::string limit_key;       // the same for every seed: the first name among the best preference
};

// `domain` in A-labels, `own_hosts` in lower case. Where a host of our own is in the list, it and all that
// are no better go (RFC 5321 5.1); when nobody is left, the mail loops.
std::expected<Hosts, Verdict> hosts_of(std::string_view domain, const dns::Answer& mx_answer,
                                       const std::vector<std::string>& own_hosts, std::uint64_t seed);

}  // namespace scop::mx
