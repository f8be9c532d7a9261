// The DKIM keys on disk, parsed once: <folder>/<domain>/<selector>.<rsa|ed25519>.pem. Every key there signs.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/key.hpp"
#include "dkim/signer.hpp"

namespace scop::signer {

struct OwnKey {
  std::string domain;  // A-labels, lower case
  std::string selector;
  dkim::DkimKey key;
};

class KeyRing {
 public:
  // Takes what it can: a file that is no key is a line of `problems`, the rest still signs. No folder: no
  // keys.
  static KeyRing load(const std::filesystem::path& folder, std::vector<std::string>& problems);

  void add(OwnKey key) { keys_.push_back(std::move(key)); }
  std::vector<dkim::SigningKeyView> of(std::string_view domain);  // RSA first: what old verifiers look for
  bool has(std::string_view domain) const;
  const std::vector<OwnKey>& all() const { return keys_; }

 private:
  std::vector<OwnKey> keys_;  // by domain, then file name
};

}  // namespace scop::signer
