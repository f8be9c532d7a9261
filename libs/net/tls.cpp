#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <csignal>
#include <span>

#include "net/tls_error.hpp"
#include "net/tls_files.hpp"

namespace scop::net {

namespace {

constexpr std::array<unsigned char, 3> alpn_h2{2, 'h', '2'};

// SSL_set_fd writes with write(2): without this, a peer that has gone would end the process.
void ignore_sigpipe() { std::signal(SIGPIPE, SIG_IGN); }

// RFC 7301 3.2: a peer that does not speak HTTP/2 gets no_application_protocol.
int select_h2(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
              const unsigned char* offered, unsigned int offered_size, void* /*user*/) {
  std::span<const unsigned char> rest(offered, offered_size);
  while (!rest.empty()) {
    const std::size_t size = rest[0];
    if (size + 1 > rest.size()) break;
    if (size == 2 && rest[1] == 'h' && rest[2] == '2') {
      *chosen = &rest[1];
      *chosen_size = 2;
      return SSL_TLSEXT_ERR_OK;
    }
    rest = rest.subspan(size + 1);
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Outcome<std::shared_ptr<SSL_CTX>> make_context(const SSL_METHOD* method, int least_version) {
  ignore_sigpipe();
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), SSL_CTX_free);
  if (!context) return std::unexpected(openssl_error(ErrorKind::broken, "TLS context"));
  if (SSL_CTX_set_min_proto_version(context.get(), least_version) != 1) {
    return std::unexpected(openssl_error(ErrorKind::broken, "TLS version"));
  }
  // Buffers of an idle connection go; one read(2) takes a record's head and body together.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

}  // namespace

Outcome<TlsContext> TlsContext::pipe(const std::filesystem::path& ca,
                                     const std::filesystem::path& certificate,
                                     const std::filesystem::path& key) {
  auto context = make_context(TLS_method(), TLS1_3_VERSION);
  if (!context) return std::unexpected(std::move(context.error()));
  auto* raw = context->get();
  if (auto loaded = load_authorities(raw, ca, "`scop init` makes the mesh CA"); !loaded) {
    return std::unexpected(std::move(loaded.error()));
  }
  if (auto loaded = load_identity(raw, certificate, key, "`scop certs renew` makes a new one"); !loaded) {
    return std::unexpected(std::move(loaded.error()));
  }
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(raw, 2);
  SSL_CTX_set_purpose(raw, X509_PURPOSE_ANY);  // one leaf serves both ends of pipes
  SSL_CTX_set_alpn_select_cb(raw, select_h2, nullptr);
  SSL_CTX_set_alpn_protos(raw, alpn_h2.data(), alpn_h2.size());
  return TlsContext(std::move(*context));
}

Outcome<TlsContext> TlsContext::public_server(const std::filesystem::path& certificate_chain,
                                              const std::filesystem::path& key) {
  auto context = make_context(TLS_server_method(), TLS1_2_VERSION);
  if (!context) return std::unexpected(std::move(context.error()));
  auto* raw = context->get();
  if (auto loaded =
          load_identity(raw, certificate_chain, key, "see tls_certificate and tls_key in scop.toml");
      !loaded) {
    return std::unexpected(std::move(loaded.error()));
  }
  // Forward secrecy and authenticated encryption only (RFC 9325 4.2).
  if (SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
    return std::unexpected(openssl_error(ErrorKind::broken, "TLS ciphers"));
  }
  return TlsContext(std::move(*context));
}

Outcome<TlsContext> TlsContext::opportunistic_client(const std::filesystem::path& authorities) {
  auto context = make_context(TLS_client_method(), TLS1_2_VERSION);
  if (!context) return std::unexpected(std::move(context.error()));
  auto* raw = context->get();
  // Only to say whether the peer could be verified.
  if (authorities.empty()) {
    load_system_authorities(raw);
  } else if (auto loaded = load_authorities(raw, authorities, "see the authorities file in scop.toml");
             !loaded) {
    return std::unexpected(std::move(loaded.error()));
  }
  // RFC 7435: some protection is better than clear text, so short keys are taken here.
  if (SSL_CTX_set_cipher_list(raw, "DEFAULT:@SECLEVEL=1") != 1) {
    return std::unexpected(openssl_error(ErrorKind::broken, "TLS ciphers"));
  }
  SSL_CTX_set_verify(raw, SSL_VERIFY_NONE, nullptr);
  return TlsContext(std::move(*context));
}

Outcome<TlsContext> TlsContext::verifying_client(const std::filesystem::path& authorities) {
  auto context = make_context(TLS_client_method(), TLS1_2_VERSION);
  if (!context) return std::unexpected(std::move(context.error()));
  auto* raw = context->get();
  if (authorities.empty()) {
    if (!load_system_authorities(raw)) {
      return failure(ErrorKind::not_found,
                     "the system has no certificates of authorities; install ca-certificates");
    }
  } else if (auto loaded = load_authorities(raw, authorities, "see the authorities file in scop.toml");
             !loaded) {
    return std::unexpected(std::move(loaded.error()));
  }
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  return TlsContext(std::move(*context));
}

Outcome<TlsContext> TlsContext::dane_client() {
  auto context = make_context(TLS_client_method(), TLS1_2_VERSION);
  if (!context) return std::unexpected(std::move(context.error()));
  auto* raw = context->get();
  // The domain's own records say which keys are good, short ones too.
  if (SSL_CTX_dane_enable(raw) != 1 || SSL_CTX_set_cipher_list(raw, "DEFAULT:@SECLEVEL=1") != 1) {
    return std::unexpected(openssl_error(ErrorKind::broken, "DANE"));
  }
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  return TlsContext(std::move(*context));
}

}  // namespace scop::net
