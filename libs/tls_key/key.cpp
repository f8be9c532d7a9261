#include "tls_key/key.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "tls_key/openssl.hpp"

namespace scop::tls_key {

namespace {

crypto::Key generate(KeyType type) {
  switch (type) {
    case KeyType::ecdsa_p256:
      return crypto::Key(EVP_EC_gen("P-256"));
    case KeyType::ecdsa_p384:
      return crypto::Key(EVP_EC_gen("P-384"));
    case KeyType::rsa_2048:
      return crypto::Key(EVP_RSA_gen(2048U));
    case KeyType::rsa_3072:
      return crypto::Key(EVP_RSA_gen(3072U));
    case KeyType::rsa_4096:
      return crypto::Key(EVP_RSA_gen(4096U));
  }
  return {};
}

std::string describe(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) {
    const auto bits = EVP_PKEY_get_bits(key);
    const auto name = fmt::format("rsa-{}", bits);
    return type_named(name) ? name : fmt::format("RSA {}", bits);
  }
  if (EVP_PKEY_is_a(key, "EC") == 1) {
    std::array<char, 64> group{};
    std::size_t length = 0;
    if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(),
                                       &length) == 1) {
      const std::string_view name(group.data(), length);
      if (name == "prime256v1" || name == "P-256") return "ecdsa-p256";
      if (name == "secp384r1" || name == "P-384") return "ecdsa-p384";
      return fmt::format("EC {}", name);
    }
  }
  const char* name = EVP_PKEY_get0_type_name(key);
  return name == nullptr ? "unknown" : name;
}

}  // namespace

std::string_view name_of(KeyType type) { return type_names.at(static_cast<std::size_t>(type)); }

std::optional<KeyType> type_named(std::string_view name) {
  const auto* const found = std::ranges::find(type_names, name);
  if (found == type_names.end()) return std::nullopt;
  return static_cast<KeyType>(std::distance(type_names.begin(), found));
}

Outcome<Secret> make_key(KeyType type) {
  ERR_clear_error();
  const auto key = generate(type);
  const crypto::Bio bio(BIO_new(BIO_s_secmem()));
  if (!key || !bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_failure("making a key");
  }
  return Secret(crypto::content_of(bio.get()));
}

Outcome<std::string> type_of_key(std::string_view key_pem) {
  const auto key = key_from_pem(key_pem);
  if (!key) return std::unexpected(key.error());
  return describe(key->get());
}

Outcome<std::string> type_of_certificate(std::string_view chain_pem) {
  ERR_clear_error();
  const auto bio = crypto::reader(chain_pem);
  const crypto::Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) return openssl_failure("reading a certificate");
  const auto* key = X509_get0_pubkey(certificate.get());
  if (key == nullptr) return openssl_failure("reading a certificate's key");
  return describe(key);
}

}  // namespace scop::tls_key
