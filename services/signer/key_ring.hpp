// The DKIM keys on disk, parsed once: <folder>/<domain>/<selector>.<rsa|ed25519>.pem. Each signs, unless
// choose() says otherwise.
#pragma once

#include <filesystem>
#include <functional>
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
  bool signs = true;
};

class KeyRing {
 public:
  // Takes what it can: a file that is no key is a line of `problems`, the rest still signs. No folder: no
  // keys.
  static KeyRing load(const std::filesystem::path& folder, std::vector<std::string>& problems);

  void add(OwnKey key) { keys_.push_back(std::move(key)); }
  // Those that sign, RSA first: what old verifiers look for.
  std::vector<dkim::SigningKeyView> of(std::string_view domain);
  void choose(const std::function<bool(const OwnKey&)>& signs);
  const std::vector<OwnKey>& all() const { return keys_; }

 private:
  std::vector<OwnKey> keys_;  // by domain, then file name
};

}  // namespace scop::signer
