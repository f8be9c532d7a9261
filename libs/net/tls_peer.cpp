#include "net/tls_peer.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/tls_error.hpp"

namespace scop::net {

namespace {

const unsigned char* octets_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Outcome<> add_records(SSL* ssl, const TlsPeer& peer) {
  if (SSL_dane_enable(ssl, peer.server_name.c_str()) != 1)
    return std::unexpected(openssl_error(ErrorKind::broken, "DANE"));
  SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
  bool any = false;
  for (const auto& record : peer.tlsa) {
    const int added = SSL_dane_tlsa_add(ssl, record.usage, record.selector, record.matching,
                                        octets_of(record.data), record.data.size());
    any = any || added > 0;
  }
  ERR_clear_error();
  // Without one, OpenSSL would fall back to the authorities.
  if (!any) return failure(ErrorKind::unsupported, "no TLSA record can be used");
  return {};
}

Outcome<> add_names(SSL* ssl, const TlsPeer& peer) {
  if (peer.tlsa.empty()) {
    // RFC 8461 4.2, RFC 9525 6.3: DNS-IDs alone, and a wildcard is a whole label.
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  } else {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  }
  if (SSL_set1_host(ssl, nullptr) != 1) return std::unexpected(openssl_error(ErrorKind::exhausted, "TLS"));
  for (const auto& name : peer.names) {
    if (SSL_add1_host(ssl, name.c_str()) != 1)
      return std::unexpected(openssl_error(ErrorKind::malformed, "a name to compare"));
  }
  return {};
}

}  // namespace

Outcome<> expect_peer(ssl_st* ssl, const TlsPeer& peer) {
  if (!peer.tlsa.empty()) {
    if (auto added = add_records(ssl, peer); !added) return added;
  } else if (!peer.server_name.empty() && SSL_set_tlsext_host_name(ssl, peer.server_name.c_str()) != 1) {
    return std::unexpected(openssl_error(ErrorKind::exhausted, "TLS"));
  }
  return add_names(ssl, peer);
}

PeerProblem problem_of(const ssl_st* ssl, bool established) {
  switch (SSL_get_verify_result(ssl)) {
    case X509_V_OK:
      return established ? PeerProblem::none : PeerProblem::no_handshake;
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return PeerProblem::wrong_name;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return PeerProblem::expired;
    case X509_V_ERR_DANE_NO_MATCH:
      return PeerProblem::no_tlsa_match;
    default:
      return PeerProblem::untrusted;
  }
}

}  // namespace scop::net
