#include "dkim/algorithm.hpp"

namespace scop::dkim {

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::rsa_sha1:
      return "rsa-sha1";
    case Algorithm::rsa_sha256:
      return "rsa-sha256";
    case Algorithm::ed25519_sha256:
      return "ed25519-sha256";
  }
  return "";
}

std::string_view name_of(KeyType type) { return type == KeyType::rsa ? "rsa" : "ed25519"; }
std::string_view name_of(Hash hash) { return hash == Hash::sha1 ? "sha1" : "sha256"; }

std::optional<Algorithm> parse_algorithm(std::string_view name) {
  for (const auto algorithm : {Algorithm::rsa_sha1, Algorithm::rsa_sha256, Algorithm::ed25519_sha256}) {
    if (name == name_of(algorithm)) return algorithm;
  }
  return std::nullopt;
}

}  // namespace scop::dkim
