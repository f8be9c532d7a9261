// What a login may do, signed: its own address, its subaddresses, the aliases that name it as a sender.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "accounts/directory.hpp"
#include "core/secret.hpp"

namespace scop::accounts {

struct GrantRules {
  char separator = '+';
  std::chrono::seconds lifetime{900};
};

Outcome<std::vector<std::string>> send_as(Directory& directory, std::string_view login, char separator);

// The octets of a SignedGrant for `edge`.
Outcome<std::string> make_grant(Directory& directory, const Secret& key, std::string_view login,
                                std::string_view edge, const GrantRules& rules, Time now);

}  // namespace scop::accounts
