#include "net/tls_info.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace scop::net {

namespace {

std::vector<std::string> uris_of(const X509* certificate) {
  std::vector<std::string> uris;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  if (!names) return uris;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const auto* text = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                      static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  return uris;
}

}  // namespace

TlsInfo read_tls_info(const ssl_st* ssl) {
  TlsInfo info;
  info.version = SSL_get_version(ssl);
  if (const auto* cipher = SSL_get_current_cipher(ssl); cipher != nullptr)
    info.cipher = SSL_CIPHER_get_name(cipher);
  const unsigned char* alpn = nullptr;
  unsigned int alpn_size = 0;
  SSL_get0_alpn_selected(ssl, &alpn, &alpn_size);
  if (alpn != nullptr) info.alpn.assign(reinterpret_cast<const char*>(alpn), alpn_size);
  const auto* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) {
    info.peer_problem = "the peer showed no certificate";
    return info;
  }
  const auto result = SSL_get_verify_result(ssl);
  info.peer_verified = result == X509_V_OK;
  if (!info.peer_verified) info.peer_problem = X509_verify_cert_error_string(result);
  info.peer_uris = uris_of(certificate);
  return info;
}

}  // namespace scop::net
