// Passwords at rest: argon2id (RFC 9106) as libsodium writes it, "$argon2id$v=19$m=…,t=…,p=1$salt$hash".
// Costs tens of milliseconds by design: never on the io thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::credentials {

inline constexpr std::size_t least_password = 8;
inline constexpr std::size_t most_password = 1024;

struct Cost {
  std::uint64_t memory = 19U << 20U;  // octets
  unsigned passes = 2;
};

Outcome<std::string> hash_password(std::string_view password, const Cost& cost);  // exhausted: no memory
bool fits_password(std::string_view hash, std::string_view password);
// Made at another cost: to be hashed anew when the password is next at hand.
bool is_outdated(std::string_view hash, const Cost& cost);

// The hash of no password: what a login without account is checked against, so that it takes as long as one
// with. Costs nothing to make.
std::string dummy_hash(const Cost& cost);

// What is wrong with a new password, for the administrator; empty: nothing.
std::string_view objection_to(std::string_view password);

}  // namespace scop::credentials
