// What opens a backup: a passphrase, or the secret half of a key pair (X25519) whose public half may lie on
// the machine that is backed up: who takes that over cannot read older backups.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::backup {

struct KeyPair {
  Secret secret_key;       // 32 octets
  std::string public_key;  // 32 octets
};
KeyPair make_keys();

// One line each: "scop-backup-secret <base64>", "scop-backup-public <base64>".
Secret to_file(const Secret& secret_key);
std::string to_file(std::string_view public_key);
Outcome<Secret> secret_key_from_file(std::string_view content);
Outcome<std::string> public_key_from_file(std::string_view content);

}  // namespace scop::backup
