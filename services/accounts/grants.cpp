#include "accounts/grants.hpp"

#include "accounts/address.hpp"
#include "accounts/limits.hpp"
#include "grant/grant.hpp"

namespace scop::accounts {

Outcome<std::vector<std::string>> send_as(Directory& directory, std::string_view login, char separator) {
  std::vector<std::string> addresses{std::string(login)};
  if (const auto address = read_address(login); address && separator != '\0') {
    addresses.push_back(Address{.local = address->local + separator + '*', .domain = address->domain}.text());
  }
  auto aliases = directory.sendable_aliases(login);
  if (!aliases) return std::unexpected(aliases.error());
  for (auto& alias : *aliases) {
    if (addresses.size() >= limits::granted_addresses) break;
    addresses.push_back(std::move(alias));
  }
  return addresses;
}

Outcome<std::string> make_grant(Directory& directory, const Secret& key, std::string_view login,
                                std::string_view edge, const GrantRules& rules, Time now) {
  auto addresses = send_as(directory, login, rules.separator);
  if (!addresses) return std::unexpected(addresses.error());
  return grant::sign({.login = std::string(login),
                      .send_as = std::move(*addresses),
                      .expires = std::chrono::floor<std::chrono::seconds>(now + rules.lifetime),
                      .edge = std::string(edge)},
                     key);
}

}  // namespace scop::accounts
