// OpenSSL's objects as owners. Private to tls_key.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::tls_key {

template <auto free_it>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free_it(object);
  }
};

using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Request = std::unique_ptr<X509_REQ, Free<X509_REQ_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

std::unexpected<Error> openssl_failure(std::string_view doing);

Bio reader(std::string_view text);
std::string content_of(BIO* bio);
// Never asks a terminal for a pass phrase.
Outcome<Key> key_from_pem(std::string_view pem);

}  // namespace scop::tls_key
