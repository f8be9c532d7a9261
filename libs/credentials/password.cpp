#include "credentials/password.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/ensure.hpp"
#include "core/id.hpp"
#include "credentials/app_password.hpp"

namespace scop::credentials {

Outcome<std::string> hash_password(std::string_view password, const Cost& cost) {
  ENSURE(sodium_init() >= 0);
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.passes,
                            static_cast<std::size_t>(cost.memory), crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return failure(ErrorKind::exhausted, "no memory to hash a password");
  }
  return std::string(out.data());
}

bool fits_password(std::string_view hash, std::string_view password) {
  // libsodium wants a whole buffer of its own size.
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (hash.size() >= text.size()) return false;
  hash.copy(text.data(), hash.size());
  return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

bool is_outdated(std::string_view hash, const Cost& cost) {
  const std::string text(hash);
  return crypto_pwhash_str_needs_rehash(text.c_str(), cost.passes, static_cast<std::size_t>(cost.memory)) ==
         1;
}

std::string dummy_hash(const Cost& cost) {
  const auto text = [](std::size_t octets) {
    auto encoded = to_base64(random_octets(octets));
    return encoded.substr(0, encoded.find('='));
  };
  constexpr std::size_t salt_octets = 16;
  constexpr std::size_t hash_octets = 32;
  return fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", cost.memory / 1024, cost.passes, text(salt_octets),
                     text(hash_octets));
}

std::string_view objection_to(std::string_view password) {
  if (password.size() < least_password) return "a password needs at least 8 octets";
  if (password.size() > most_password) return "a password has at most 1024 octets";
  if (!ascii::is_utf8(password)) return "a password must be UTF-8";
  if (password.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos) {
    return "a password may not hold NUL or line ends";
  }
  if (is_app_password(password)) return "this has the form of a generated app password: choose another";
  return {};
}

}  // namespace scop::credentials
