// Public keys of key records, on OpenSSL: verifies one signature over one digest.
#pragma once

#include <memory>
#include <string_view>

#include "core/error.hpp"
#include "dkim/algorithm.hpp"
#include "dkim/key.hpp"

namespace scop::dkim {

class PublicKey {
 public:
  // `octets`: p= decoded. RSA as SubjectPublicKeyInfo (RFC 6376 3.6.1) or bare RSAPublicKey, Ed25519 as 32
  // octets.
  static Outcome<PublicKey> from_octets(KeyType type, std::string_view octets);

  unsigned bits() const;
  bool verifies(Hash hash, std::string_view digest, std::string_view signature) const;

 private:
  explicit PublicKey(KeyType type, std::unique_ptr<evp_pkey_st, FreeKey> key)
      : type_(type), key_(std::move(key)) {}
  KeyType type_;
  std::unique_ptr<evp_pkey_st, FreeKey> key_;
};

}  // namespace scop::dkim
