#include "net/tls_error.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cstring>

namespace scop::net {

std::string openssl_problem() {
  const char* data = nullptr;
  int flags = 0;
  const auto code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags);
  std::string words = "unknown error";
  if (code != 0) {
    const char* reason =
        ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
    words = reason != nullptr ? reason : fmt::format("error {:#x}", code);
    if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0')
      words += fmt::format(" ({})", data);
  }
  ERR_clear_error();
  return words;
}

Error openssl_error(ErrorKind kind, std::string_view what) {
  return {kind, fmt::format("{}: {}", what, openssl_problem())};
}

Error tls_error(const ssl_st* ssl, std::string_view what, int ssl_error, int system_error) {
  if (ssl_error == SSL_ERROR_ZERO_RETURN)
    return {ErrorKind::closed, fmt::format("{}: closed by the peer", what)};
  if (ssl_error == SSL_ERROR_SYSCALL && ERR_peek_error() == 0) {
    return {
        ErrorKind::closed,
        fmt::format("{}: {}", what, system_error == 0 ? "closed by the peer" : std::strerror(system_error))};
  }
  const auto code = ERR_peek_error();
  if (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    ERR_clear_error();
    return {ErrorKind::closed, fmt::format("{}: closed by the peer without close_notify", what)};
  }
  // What the verification stumbled over stands before it in the queue.
  const auto last = ERR_peek_last_error();
  if (ERR_GET_LIB(last) == ERR_LIB_SSL && ERR_GET_REASON(last) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    ERR_clear_error();
    return {ErrorKind::denied, fmt::format("{}: the peer's certificate is refused: {}", what,
                                           X509_verify_cert_error_string(SSL_get_verify_result(ssl)))};
  }
  const bool refused = ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) >= SSL_AD_REASON_OFFSET;
  return openssl_error(refused ? ErrorKind::denied : ErrorKind::malformed, what);
}

}  // namespace scop::net
