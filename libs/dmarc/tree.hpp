// The DNS tree walk (RFC 9989 4.10): which names are asked for a domain's policy, and which domain the
// records found make the organizational one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dmarc/record.hpp"

namespace scop::dmarc {

inline constexpr std::size_t most_walked = 8;

// The domain itself and its parents, at most eight in all: of a name with eight labels or more, the parents
// from seven labels on. `domain` in A-labels.
std::vector<std::string> walk_of(std::string_view domain);

struct Found {
  std::string domain;
  Record record;
};

// RFC 9989 4.10.2. `found`: the records of a walk that began at `start`, from the longest name to the
// shortest.
std::string organizational_domain(const std::string& start, const std::vector<Found>& found);

// `name` is `domain` or below it.
bool is_within(std::string_view name, std::string_view domain);

}  // namespace scop::dmarc
