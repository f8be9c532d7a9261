// OpenSSL's objects and their PEM forms. Private to mesh_ca.
#pragma once

#include <openssl/x509v3.h>

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"
#include "crypto/pem.hpp"

namespace scop::mesh_ca {

using crypto::Bio;
using crypto::Certificate;
using crypto::Free;
using crypto::Key;

std::unexpected<Error> openssl_failure(std::string_view doing);

Outcome<Key> make_key();  // EC P-256
Outcome<Key> key_from_pem(std::string_view pem);
Outcome<Secret> to_pem(EVP_PKEY* key);
Outcome<Certificate> certificate_from_pem(std::string_view pem);
Outcome<std::string> to_pem(X509* certificate);

}  // namespace scop::mesh_ca
