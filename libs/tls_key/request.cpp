#include "tls_key/request.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "tls_key/openssl.hpp"

namespace scop::tls_key {

namespace {

using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), decltype([](STACK_OF(X509_EXTENSION) * all) {
                                     sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
                                   })>;

// The names go into OpenSSL's extension language, where a comma would begin another name.
bool is_name(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.empty() || name.size() > 253) return false;
  return std::ranges::all_of(ascii::split(name, '.'), [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return ascii::is_alnum(c) || c == '-'; });
  });
}

Outcome<Extensions> extensions_of(std::span<const std::string> names) {
  std::string text;
  for (const auto& name : names) text.append(text.empty() ? "DNS:" : ",DNS:").append(name);
  Extensions extensions(sk_X509_EXTENSION_new_null());
  auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, text.c_str());
  if (!extensions || extension == nullptr || sk_X509_EXTENSION_push(extensions.get(), extension) == 0) {
    X509_EXTENSION_free(extension);
    return openssl_failure("naming what a certificate is for");
  }
  return extensions;
}

}  // namespace

Outcome<std::string> make_request(std::string_view key_pem, std::span<const std::string> names) {
  if (names.empty() || names.size() > most_names)
    return failure(ErrorKind::too_large, "a certificate wants 1 to 100 names");
  for (const auto& name : names) {
    if (!is_name(name))
      return failure(ErrorKind::malformed, "\"" + ascii::printable(name) + "\" is no DNS name");
  }
  const auto key = key_from_pem(key_pem);
  if (!key) return std::unexpected(key.error());
  const auto extensions = extensions_of(names);
  if (!extensions) return std::unexpected(extensions.error());
  const crypto::Request request(X509_REQ_new());
  const crypto::Bio bio(BIO_new(BIO_s_mem()));
  if (!request || !bio || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_pubkey(request.get(), key->get()) != 1 ||
      X509_REQ_add_extensions(request.get(), extensions->get()) != 1 ||
      X509_REQ_sign(request.get(), key->get(), EVP_sha256()) == 0 ||
      PEM_write_bio_X509_REQ(bio.get(), request.get()) != 1) {
    return openssl_failure("making a certificate request");
  }
  return crypto::content_of(bio.get());
}

}  // namespace scop::tls_key
