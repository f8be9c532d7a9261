// What OpenSSL says went wrong, in words.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

struct ssl_st;

namespace scop::net {

// The oldest error of OpenSSL's queue in words, and the queue emptied.
std::string openssl_problem();

// "what: <OpenSSL's words>".
Error openssl_error(ErrorKind kind, std::string_view what);

// Why a handshake or an operation on `ssl` failed; `system_error` is errno as the operation left it, 0 for
// none.
Error tls_error(const ssl_st* ssl, std::string_view what, int ssl_error, int system_error);

}  // namespace scop::net
