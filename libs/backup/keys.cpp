#include "backup/keys.hpp"

#include <sodium.h>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/ensure.hpp"

namespace scop::backup {

namespace {

constexpr std::string_view secret_word = "scop-backup-secret ";
constexpr std::string_view public_word = "scop-backup-public ";

Outcome<std::string> octets_of(std::string_view content, std::string_view word, std::size_t size) {
  content = ascii::trim(content);
  if (content.starts_with(word)) {
    auto octets = from_base64(content.substr(word.size()));
    if (octets && octets->size() == size) return std::move(*octets);
  }
  return failure(ErrorKind::malformed,
                 "is no key: one line \"" + std::string(word) + "…\", as `scop backup key` writes it");
}

}  // namespace

KeyPair make_keys() {
  ENSURE(sodium_init() >= 0);
  std::string public_key(crypto_box_PUBLICKEYBYTES, '\0');
  std::string secret_key(crypto_box_SECRETKEYBYTES, '\0');
  crypto_box_keypair(reinterpret_cast<unsigned char*>(public_key.data()),
                     reinterpret_cast<unsigned char*>(secret_key.data()));
  return {.secret_key = Secret(std::move(secret_key)), .public_key = std::move(public_key)};
}

Secret to_file(const Secret& secret_key) {
  return Secret(std::string(secret_word) + to_base64(secret_key.reveal()) + '\n');
}
std::string to_file(std::string_view public_key) {
  return std::string(public_word) + to_base64(public_key) + '\n';
}

Outcome<Secret> secret_key_from_file(std::string_view content) {
  auto octets = octets_of(content, secret_word, crypto_box_SECRETKEYBYTES);
  if (!octets) return std::unexpected(octets.error());
  return Secret(std::move(*octets));
}
Outcome<std::string> public_key_from_file(std::string_view content) {
  return octets_of(content, public_word, crypto_box_PUBLICKEYBYTES);
}

}  // namespace scop::backup
