// The TLS context of an HTTPS port: several certificates, chosen by the name that the client asks for (SNI,
// RFC 6066 3), and "http/1.1" alone by ALPN, so that what means another protocol is refused (RFC 7301).
#pragma once

#include <filesystem>
#include <span>

#include "net/tls.hpp"

namespace scop::http_server {

struct Pair {
  std::filesystem::path certificate;  // chain in PEM
  std::filesystem::path key;
};

// The first pair answers where no certificate has the name. Errors name the file.
Outcome<net::TlsContext> server_context(std::span<const Pair> pairs);

}  // namespace scop::http_server
