#include "http_server/server_context.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <span>
#include <string_view>
#include <vector>

#include "core/ensure.hpp"

namespace scop::http_server {

namespace {

using Contexts = std::vector<net::TlsContext>;

// RFC 7301 3.2: who offers protocols must offer this one.
int select_http(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                const unsigned char* offered, unsigned int offered_size, void* /*user*/) {
  constexpr std::string_view wanted = "http/1.1";
  std::span<const unsigned char> rest(offered, offered_size);
  while (!rest.empty()) {
    const std::size_t size = rest[0];
    if (size + 1 > rest.size()) break;
    const auto name = rest.subspan(1, size);
    if (std::ranges::equal(name, wanted)) {
      *chosen = name.data();
      *chosen_size = static_cast<unsigned char>(size);
      return SSL_TLSEXT_ERR_OK;
    }
    rest = rest.subspan(size + 1);
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool is_for(SSL_CTX* context, std::string_view name) {
  auto* certificate = SSL_CTX_get0_certificate(context);
  return certificate != nullptr &&
         X509_check_host(certificate, name.data(), name.size(),
                         X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                         nullptr) == 1;
}

// An SSL keeps the context that it began with, and that one these.
int choose_certificate(SSL* ssl, int* /*alert*/, void* others) {
  const char* asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (asked == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const std::string_view name(asked);
  if (is_for(SSL_get_SSL_CTX(ssl), name)) return SSL_TLSEXT_ERR_OK;
  for (const auto& other : *static_cast<Contexts*>(others)) {
    if (!is_for(other.native(), name)) continue;
    SSL_set_SSL_CTX(ssl, other.native());
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

void free_contexts(void* /*parent*/, void* others, CRYPTO_EX_DATA* /*data*/, int /*index*/, long /*number*/,
                   void* /*user*/) {
  delete static_cast<Contexts*>(others);
}

int index_of_contexts() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_contexts);
  return index;
}

}  // namespace

Outcome<net::TlsContext> server_context(std::span<const Pair> pairs) {
  ENSURE(!pairs.empty());
  Contexts contexts;
  for (const auto& pair : pairs) {
    auto context = net::TlsContext::public_server(pair.certificate, pair.key);
    if (!context) return context;
    SSL_CTX_set_alpn_select_cb(context->native(), select_http, nullptr);
    contexts.push_back(std::move(*context));
  }
  auto first = std::move(contexts.front());
  contexts.erase(contexts.begin());
  auto others = std::make_unique<Contexts>(std::move(contexts));
  SSL_CTX_set_tlsext_servername_callback(first.native(), choose_certificate);
  SSL_CTX_set_tlsext_servername_arg(first.native(), others.get());
  ENSURE(SSL_CTX_set_ex_data(first.native(), index_of_contexts(), others.get()) == 1);
  others.release();  // the context's own from here on
  return first;
}

}  // namespace scop::http_server
