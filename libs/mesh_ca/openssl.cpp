#include "mesh_ca/openssl.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>

namespace scop::mesh_ca {

std::unexpected<Error> openssl_failure(std::string_view doing) {
  return crypto::failed(ErrorKind::broken, doing);
}

Outcome<Key> make_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_failure("making an EC key");
  return key;
}

Outcome<Key> key_from_pem(std::string_view pem) {
  const auto bio = crypto::reader(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, crypto::no_pass_phrase, nullptr));
  if (!key) return openssl_failure("reading a private key");
  return key;
}

Outcome<Secret> to_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_failure("writing a private key");
  }
  return Secret(crypto::content_of(bio.get()));
}

Outcome<Certificate> certificate_from_pem(std::string_view pem) {
  const auto bio = crypto::reader(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, crypto::no_pass_phrase, nullptr));
  if (!certificate) return openssl_failure("reading a certificate");
  return certificate;
}

Outcome<std::string> to_pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1)
    return openssl_failure("writing a certificate");
  return crypto::content_of(bio.get());
}

}  // namespace scop::mesh_ca
