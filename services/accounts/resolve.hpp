// Where mail for an address goes: exact alias, user, subaddress of either, postmaster and abuse, catch-all;
// in that order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "accounts/directory.hpp"

namespace scop::accounts {

struct Resolution {
  enum class Kind { not_ours, no_such_user, mailbox, addresses, disabled };
  Kind kind = Kind::not_ours;
  std::string mailbox;
  std::string detail;
  std::vector<std::string> addresses;
  std::uint64_t quota = 0;
  bool full = false;
  bool operator==(const Resolution&) const = default;
};

struct ResolveRules {
  char separator = '+';         // 0: none
  std::string postmaster_user;  // empty: the domain's oldest user
  std::string domain;           // of "postmaster" without one (RFC 5321 4.1.1.3)
};

Outcome<Resolution> resolve(Directory& directory, std::string_view address, const ResolveRules& rules);

}  // namespace scop::accounts
