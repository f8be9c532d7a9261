// Signature algorithms (RFC 6376 3.3, RFC 8463) and hashes. rsa-sha1 is known by name alone: it never signs
// here, and never passes (RFC 8301 3.1).
#pragma once

#include <optional>
#include <string_view>

namespace scop::dkim {

enum class Algorithm { rsa_sha1, rsa_sha256, ed25519_sha256 };
enum class KeyType { rsa, ed25519 };
enum class Hash { sha1, sha256 };

constexpr KeyType key_type_of(Algorithm algorithm) {
  return algorithm == Algorithm::ed25519_sha256 ? KeyType::ed25519 : KeyType::rsa;
}
constexpr Hash hash_of(Algorithm algorithm) {
  return algorithm == Algorithm::rsa_sha1 ? Hash::sha1 : Hash::sha256;
}

std::string_view name_of(Algorithm algorithm);  // "rsa-sha256"
std::string_view name_of(KeyType type);         // "rsa"
std::string_view name_of(Hash hash);            // "sha256"
std::optional<Algorithm> parse_algorithm(std::string_view name);

}  // namespace scop::dkim
