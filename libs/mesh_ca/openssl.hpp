// OpenSSL's objects as owners, and its PEM forms. Private to mesh_ca.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::mesh_ca {

template <auto free_it>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free_it(object);
  }
};

using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

std::unexpected<Error> openssl_failure(std::string_view doing);

Outcome<Key> make_key();  // EC P-256
Outcome<Key> key_from_pem(std::string_view pem);
Outcome<Secret> to_pem(EVP_PKEY* key);
Outcome<Certificate> certificate_from_pem(std::string_view pem);
Outcome<std::string> to_pem(X509* certificate);

}  // namespace scop::mesh_ca
