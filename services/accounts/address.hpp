// Addresses and logins as accounts stores and compares them: one spelling each, letters A-Z folded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop::accounts {

struct Address {
  std::string local;   // unquoted, folded; empty in "@domain"
  std::string domain;  // folded, A-labels
  std::string text() const { return local + "@" + domain; }
  bool operator==(const Address&) const = default;
};

// Folded; U-labels become A-labels (RFC 5891). Empty: no domain.
std::string read_domain(std::string_view text);

// RFC 5321 4.1.2: `"ann"@Example.Org` is ann@example.org. nullopt without "@", or with an empty part.
std::optional<Address> read_address(std::string_view text);

// What someone types as login: without "@" it is of the mesh's own domain.
std::string canonical_login(std::string_view text, std::string_view domain);

// For names to be stored: why not; empty: fine. A domain needs letters, digits, "-" and "."; a local part RFC
// 5321's Dot-string, UTF-8 allowed (RFC 6531 3.3).
std::string_view objection_to_domain(std::string_view domain);
std::string_view objection_to_local(std::string_view local);

}  // namespace scop::accounts
