// Private keys for public TLS ports: made, and told what they are. PEM texts in and out; writes no file.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::tls_key {

enum class KeyType { ecdsa_p256, ecdsa_p384, rsa_2048, rsa_3072, rsa_4096 };

inline constexpr std::array<std::string_view, 5> type_names{"ecdsa-p256", "ecdsa-p384", "rsa-2048",
                                                            "rsa-3072", "rsa-4096"};

std::string_view name_of(KeyType type);
std::optional<KeyType> type_named(std::string_view name);

Outcome<Secret> make_key(KeyType type);  // PKCS#8

// Of a private key, or of the public key in the first certificate of a chain: one of the names above, or
// OpenSSL's for another kind ("ED25519", "RSA 1024").
Outcome<std::string> type_of_key(std::string_view key_pem);
Outcome<std::string> type_of_certificate(std::string_view chain_pem);

}  // namespace scop::tls_key
