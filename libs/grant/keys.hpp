// The grant's key pair and its file forms: one line of base64 each, the secret with libsodium's 64 octets
// (accounts/state/grant.key, mode 0600), the public one with 32 (mesh/grant.pub).
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::grant {

struct KeyPair {
  Secret secret_key;       // 64 octets
  std::string public_key;  // 32 octets
};

KeyPair make_keys();

Secret to_file(const Secret& secret_key);
std::string to_file(std::string_view public_key);

// The content of a key file, with or without its last line end. Error: malformed.
Outcome<Secret> secret_key_from_file(std::string_view content);
Outcome<std::string> public_key_from_file(std::string_view content);

// The public half of a secret key, to check that two files belong together.
std::string public_key_of(const Secret& secret_key);

}  // namespace scop::grant
