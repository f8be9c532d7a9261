// DKIM private keys as the signer reads them:
// <folder>/signer/state/keys/<domain>/<selector>.<rsa|ed25519>.pem.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "dkim/key.hpp"

namespace scop::command {

struct PublicKey {
  std::string domain;
  std::string selector;
  std::string algorithm;  // "rsa-sha256"
  std::string record;     // the TXT value
  std::string published;  // as the signer tells it; empty: not asked
};

std::filesystem::path key_folder(std::string_view domain);  // below the instance's folder
std::filesystem::path key_file(std::string_view domain, std::string_view selector, dkim::KeyType type);

// "r20261121a": a name that no key of the domain has or has had.
std::string new_selector(const std::filesystem::path& instance, std::string_view domain, dkim::KeyType type,
                         Time now);

// The public halves of the keys on disk, for who may read them.
Outcome<std::vector<PublicKey>> read_public_keys(const std::filesystem::path& instance,
                                                 std::string_view domain);

}  // namespace scop::command
