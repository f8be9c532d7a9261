#include "net/tls_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/secret.hpp"
#include "crypto/pem.hpp"
#include "net/tls_error.hpp"

namespace scop::net {

namespace {

constexpr std::size_t most_octets = 16U << 20U;

std::unexpected<Error> bad_file(ErrorKind kind, const std::filesystem::path& file, std::string_view problem,
                                std::string_view remedy) {
  return failure(kind, fmt::format("{}: {}; {}", file.string(), problem, remedy));
}

Outcome<> check_readable(const std::filesystem::path& file, std::string_view remedy) {
  // Not by reading: a key's octets would stay behind in a buffer.
  if (::access(file.c_str(), R_OK) != 0) {
    const auto kind = errno == EACCES ? ErrorKind::denied : ErrorKind::not_found;
    return bad_file(kind, file, std::strerror(errno), remedy);
  }
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error || size == 0) return bad_file(ErrorKind::not_found, file, "cannot be read or is empty", remedy);
  if (size > most_octets)
    return bad_file(ErrorKind::too_large, file, "is too large to be a PEM file", remedy);
  return {};
}

// OpenSSL's own reader of files leaves the text behind in a stream's buffer.
crypto::Key read_key(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts{};
  if (descriptor < 0 || ::fstat(descriptor, &facts) != 0 || facts.st_size <= 0) {
    if (descriptor >= 0) ::close(descriptor);
    return nullptr;
  }
  std::string text(std::min<std::size_t>(static_cast<std::size_t>(facts.st_size), most_octets), '\0');
  const auto got = ::read(descriptor, text.data(), text.size());
  ::close(descriptor);
  const auto bio =
      crypto::reader(std::string_view(text).substr(0, static_cast<std::size_t>(std::max<ssize_t>(got, 0))));
  crypto::Key key(::PEM_read_bio_PrivateKey(bio.get(), nullptr, crypto::no_pass_phrase, nullptr));
  wipe(text);
  return key;
}

}  // namespace

Outcome<> load_identity(ssl_ctx_st* context, const std::filesystem::path& certificate_chain,
                        const std::filesystem::path& key, std::string_view remedy) {
  for (const auto& file : {certificate_chain, key}) {
    if (auto readable = check_readable(file, remedy); !readable) return readable;
  }
  ERR_clear_error();
  SSL_CTX_set_default_passwd_cb(context, crypto::no_pass_phrase);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_chain.c_str()) != 1) {
    return bad_file(ErrorKind::malformed, certificate_chain,
                    "no usable certificate in it: " + openssl_problem(), remedy);
  }
  const auto own_key = read_key(key);
  if (!own_key || SSL_CTX_use_PrivateKey(context, own_key.get()) != 1) {
    const bool other = ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH;
    if (!other)
      return bad_file(ErrorKind::malformed, key, "no usable private key in it: " + openssl_problem(), remedy);
    ERR_clear_error();
    return bad_file(ErrorKind::malformed, key, "is not the key of " + certificate_chain.string(), remedy);
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    ERR_clear_error();
    return bad_file(ErrorKind::malformed, key, "is not the key of " + certificate_chain.string(), remedy);
  }
  return {};
}

Outcome<> load_authorities(ssl_ctx_st* context, const std::filesystem::path& pem, std::string_view remedy) {
  if (auto readable = check_readable(pem, remedy); !readable) return readable;
  ERR_clear_error();
  if (SSL_CTX_load_verify_file(context, pem.c_str()) != 1) {
    return bad_file(ErrorKind::malformed, pem, "no certificate of an authority in it: " + openssl_problem(),
                    remedy);
  }
  return {};
}

bool load_system_authorities(ssl_ctx_st* context) {
  constexpr std::array bundles{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                               "/etc/ssl/cert.pem"};
  for (const char* bundle : bundles) {
    std::error_code error;
    if (!std::filesystem::exists(bundle, error)) continue;
    if (SSL_CTX_load_verify_file(context, bundle) == 1) return true;
  }
  ERR_clear_error();
  return false;
}

}  // namespace scop::net
