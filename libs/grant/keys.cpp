#include "grant/keys.hpp"

#include <sodium.h>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/ensure.hpp"

namespace scop::grant {

KeyPair make_keys() {
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
  std::string secret_key(crypto_sign_SECRETKEYBYTES, '\0');
  ENSURE(sodium_init() >= 0);
  crypto_sign_keypair(reinterpret_cast<unsigned char*>(public_key.data()),
                      reinterpret_cast<unsigned char*>(secret_key.data()));
  return KeyPair{.secret_key = Secret(std::move(secret_key)), .public_key = std::move(public_key)};
}

Secret to_file(const Secret& secret_key) { return Secret(to_base64(secret_key.reveal()) + '\n'); }
std::string to_file(std::string_view public_key) { return to_base64(public_key) + '\n'; }

Outcome<Secret> secret_key_from_file(std::string_view content) {
  auto octets = from_base64(ascii::trim(content));
  if (!octets || octets->size() != crypto_sign_SECRETKEYBYTES) {
    return failure(ErrorKind::malformed, "not one line of base64 with 64 octets");
  }
  return Secret(std::move(*octets));
}

Outcome<std::string> public_key_from_file(std::string_view content) {
  auto octets = from_base64(ascii::trim(content));
  if (!octets || octets->size() != crypto_sign_PUBLICKEYBYTES) {
    return failure(ErrorKind::malformed, "not one line of base64 with 32 octets");
  }
  return std::move(*octets);
}

std::string public_key_of(const Secret& secret_key) {
  ENSURE(secret_key.reveal().size() == crypto_sign_SECRETKEYBYTES);
  return std::string(secret_key.reveal().substr(crypto_sign_SECRETKEYBYTES - crypto_sign_PUBLICKEYBYTES));
}

}  // namespace scop::grant
