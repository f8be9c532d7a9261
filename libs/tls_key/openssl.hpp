// Keys and reasons as OpenSSL gives them. Private to tls_key.
#pragma once

#include <string_view>

#include "crypto/pem.hpp"

namespace scop::tls_key {

std::unexpected<Error> openssl_failure(std::string_view doing);
Outcome<crypto::Key> key_from_pem(std::string_view pem);

}  // namespace scop::tls_key
