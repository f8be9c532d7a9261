#include "scram/keys.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "core/ensure.hpp"

namespace scop::scram {

namespace {

unsigned char* octets_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* octets_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string sha256(std::string_view text) {
  std::string digest(key_octets, '\0');
  SHA256(octets_of(text), text.size(), octets_of(digest));
  return digest;
}

std::string exclusive_or(std::string_view a, std::string_view b) {
  ENSURE(a.size() == b.size());
  std::string out(a);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
  return out;
}

}  // namespace

std::string hmac(std::string_view key, std::string_view text) {
  std::string digest(key_octets, '\0');
  ENSURE(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets_of(text), text.size(),
              octets_of(digest), nullptr) != nullptr);
  return digest;
}

Secret salted_password(std::string_view password, std::string_view salt, unsigned iterations) {
  std::string derived(key_octets, '\0');
  ENSURE(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets_of(salt),
                           static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                           static_cast<int>(derived.size()), octets_of(derived)) == 1);
  return Secret(std::move(derived));
}

StoredKeys stored_keys(const Secret& salted) {
  const Secret client_key(hmac(salted.reveal(), "Client Key"));
  return {.stored_key = sha256(client_key.reveal()), .server_key = hmac(salted.reveal(), "Server Key")};
}

std::string client_proof(const Secret& salted, std::string_view auth_message) {
  const Secret client_key(hmac(salted.reveal(), "Client Key"));
  return exclusive_or(client_key.reveal(), hmac(sha256(client_key.reveal()), auth_message));
}

bool proof_fits(const StoredKeys& keys, std::string_view proof, std::string_view auth_message) {
  if (proof.size() != key_octets) return false;
  const Secret client_key(exclusive_or(proof, hmac(keys.stored_key, auth_message)));
  return equal_in_constant_time(sha256(client_key.reveal()), keys.stored_key);
}

std::string salt_of(const Secret& server_secret, std::string_view name) {
  return hmac(server_secret.reveal(), std::string("scop scram salt ").append(name)).substr(0, 16);
}

}  // namespace scop::scram
