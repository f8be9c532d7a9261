// One message's recipients in attempts: those of one domain travel together, at most `cap` at a time
// (RFC 5321 4.5.3.1.8 lets a next hop refuse more than 100).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scop::queueing {

struct Addressed {
  std::uint64_t recipient = 0;  // the caller's number of it
  std::string_view address;
};

struct Group {
  std::string domain;  // lower case
  std::vector<std::uint64_t> recipients;
  bool operator==(const Group&) const = default;
};

inline constexpr std::size_t recipients_per_attempt = 100;

// Behind the last '@', in lower case (ASCII); empty where there is none.
std::string domain_of(std::string_view address);

// Groups in the order of their first recipients.
std::vector<Group> group_by_domain(std::span<const Addressed> recipients,
                                   std::size_t cap = recipients_per_attempt);

}  // namespace scop::queueing
