// TLS contexts of the benchmark programs. They verify nobody: what is measured is the work, on loopback.
#pragma once

#include <openssl/types.h>

#include <memory>

namespace scop::bench {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const;
};
using TlsContextPtr = std::unique_ptr<SSL_CTX, FreeTlsContext>;

TlsContextPtr client_context();
// With an ECDSA P-256 certificate made on the spot and signed by itself.
TlsContextPtr server_context();

}  // namespace scop::bench
