#include "tls_key/openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace scop::tls_key {

std::unexpected<Error> openssl_failure(std::string_view doing) {
  return crypto::failed(ErrorKind::malformed, doing);
}

Outcome<crypto::Key> key_from_pem(std::string_view pem) {
  ERR_clear_error();
  const auto bio = crypto::reader(pem);
  crypto::Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, crypto::no_pass_phrase, nullptr));
  if (!key) return openssl_failure("reading a private key");
  return key;
}

}  // namespace scop::tls_key
