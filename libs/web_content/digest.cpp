#include "web_content/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <span>

#include "core/ensure.hpp"

namespace scop::web_content {

std::string hex_digest(std::string_view octets) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  ENSURE(EVP_Digest(octets.data(), octets.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  std::string hex;
  for (const unsigned char octet : std::span(digest).first(16)) hex += fmt::format("{:02x}", octet);
  return hex;
}

}  // namespace scop::web_content
