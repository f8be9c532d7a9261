// What a finished handshake settled, read from OpenSSL.
#pragma once

#include "net/tls.hpp"

struct ssl_st;

namespace scop::net {

TlsInfo read_tls_info(const ssl_st* ssl);

}  // namespace scop::net
