#include "dkim/public_key.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string>
#include <utility>

namespace scop::dkim {

namespace {

const unsigned char* octets_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

evp_pkey_st* parse_rsa(std::string_view octets) {
  const auto length = static_cast<long>(octets.size());
  const auto* at = octets_of(octets);
  if (auto* key = d2i_PUBKEY(nullptr, &at, length)) return key;
  at = octets_of(octets);
  return d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, length);
}

bool verifies_rsa(evp_pkey_st* key, Hash hash, std::string_view digest, std::string_view signature) {
  const std::unique_ptr<evp_pkey_ctx_st, FreeKey> context(EVP_PKEY_CTX_new(key, nullptr));
  return context && EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context.get(), hash == Hash::sha1 ? EVP_sha1() : EVP_sha256()) == 1 &&
         EVP_PKEY_verify(context.get(), octets_of(signature), signature.size(), octets_of(digest),
                         digest.size()) == 1;
}

bool verifies_ed25519(evp_pkey_st* key, std::string_view digest, std::string_view signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), octets_of(signature), signature.size(), octets_of(digest),
                          digest.size()) == 1;
}

}  // namespace

Outcome<PublicKey> PublicKey::from_octets(KeyType type, std::string_view octets) {
  std::unique_ptr<evp_pkey_st, FreeKey> key;
  if (octets.size() > 8'192) return failure(ErrorKind::too_large, "public key");
  if (type == KeyType::ed25519) {
    if (octets.size() == 32) {
      key.reset(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets_of(octets), octets.size()));
    }
  } else {
    key.reset(parse_rsa(octets));
  }
  ERR_clear_error();
  const int wanted = type == KeyType::rsa ? EVP_PKEY_RSA : EVP_PKEY_ED25519;
  if (!key || EVP_PKEY_get_base_id(key.get()) != wanted) return failure(ErrorKind::malformed, "public key");
  if (std::cmp_greater(EVP_PKEY_get_bits(key.get()), most_rsa_bits))
    return failure(ErrorKind::too_large, "public key");
  return PublicKey(type, std::move(key));
}

unsigned PublicKey::bits() const { return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get())); }

bool PublicKey::verifies(Hash hash, std::string_view digest, std::string_view signature) const {
  const bool good = type_ == KeyType::rsa ? verifies_rsa(key_.get(), hash, digest, signature)
                                          : verifies_ed25519(key_.get(), digest, signature);
  ERR_clear_error();
  return good;
}

}  // namespace scop::dkim
