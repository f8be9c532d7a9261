// TLS contexts: certificates and policy, shared by many connections. Each can be swapped while connections
// live.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

struct ssl_ctx_st;

namespace scop::net {

class TlsContext {
 public:
  // Both sides of a pipe: TLS 1.3 only, ALPN h2, certificate of the mesh CA required from the peer.
  static Outcome<TlsContext> pipe(const std::filesystem::path& ca, const std::filesystem::path& certificate,
                                  const std::filesystem::path& key);
  // A public server port: TLS 1.2 and newer, forward secrecy, no renegotiation, no client certificate.
  static Outcome<TlsContext> public_server(const std::filesystem::path& certificate_chain,
                                           const std::filesystem::path& key);
  // Opportunistic client (RFC 3207, RFC 7435): the peer's certificate is looked at (by `authorities` as
  // below), not required.
  static Outcome<TlsContext> opportunistic_client(const std::filesystem::path& authorities = {});
  // Client that wants a valid chain from `authorities` (PEM file; empty: the system's) and a matching name.
  static Outcome<TlsContext> verifying_client(const std::filesystem::path& authorities);
  // Client that trusts the TLSA records of a TlsPeer alone (RFC 7671); of use for such peers only.
  static Outcome<TlsContext> dane_client();

  ssl_ctx_st* native() const { return context_.get(); }

 private:
  explicit TlsContext(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}
  std::shared_ptr<ssl_ctx_st> context_;  // a connection holds it too: replacing the value never breaks one
};

// What a handshake settled.
struct TlsInfo {
  std::string version;                 // "TLSv1.3"
  std::string cipher;                  // "TLS_AES_256_GCM_SHA384"
  bool peer_verified = false;          // chain and name were valid
  std::string peer_problem;            // why not, where not
  std::vector<std::string> peer_uris;  // URI subjectAltNames of the peer's certificate
  std::string alpn;
};

}  // namespace scop::net
