// The keys of SCRAM-SHA-256 (RFC 5802 3, RFC 7677): what a server stores, and the proofs made and checked
// with it.
#pragma once

#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace scop::scram {

inline constexpr unsigned least_iterations = 4096;  // RFC 7677 4
inline constexpr std::size_t key_octets = 32;

struct StoredKeys {
  std::string stored_key;  // H(ClientKey)
  std::string server_key;
  bool operator==(const StoredKeys&) const = default;
};

// SaltedPassword; some milliseconds. Passwords are taken as they are: SASLprep leaves ASCII alone, and only
// generated ASCII passwords have keys here.
Secret salted_password(std::string_view password, std::string_view salt, unsigned iterations);
StoredKeys stored_keys(const Secret& salted);

std::string hmac(std::string_view key, std::string_view text);

// ClientProof, for the client side; and ClientKey := proof XOR HMAC(StoredKey, AuthMessage), H of which must
// be the StoredKey (in constant time).
std::string client_proof(const Secret& salted, std::string_view auth_message);
bool proof_fits(const StoredKeys& keys, std::string_view proof, std::string_view auth_message);

// A salt of 16 octets that is the same each time for a name, known or not, and tells nothing about which.
std::string salt_of(const Secret& server_secret, std::string_view name);

}  // namespace scop::scram
