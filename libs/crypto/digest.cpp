#include "crypto/digest.hpp"

#include <openssl/evp.h>

#include <array>

#include "core/ensure.hpp"

namespace scop::crypto {

std::string sha256(std::string_view octets) {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  ENSURE(EVP_Digest(octets.data(), octets.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  return {digest.begin(), digest.end()};
}

}  // namespace scop::crypto
