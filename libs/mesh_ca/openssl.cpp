#include "mesh_ca/openssl.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>

namespace scop::mesh_ca {

namespace {

std::string drain(BIO* bio) {
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio, &data);
  return length > 0 ? std::string(data, static_cast<std::size_t>(length)) : std::string();
}

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// Never asks a terminal for a pass phrase.
int no_pass_phrase(char*, int, int, void*) { return -1; }

}  // namespace

std::unexpected<Error> openssl_failure(std::string_view doing) {
  std::array<char, 256> text{};
  const auto code = ERR_get_error();
  ERR_error_string_n(code, text.data(), text.size());
  ERR_clear_error();
  return failure(ErrorKind::broken,
                 std::string(doing) + ": " + (code == 0 ? "no reason given" : text.data()));
}

Outcome<Key> make_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_failure("making an EC key");
  return key;
}

Outcome<Key> key_from_pem(std::string_view pem) {
  const auto bio = reader(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!key) return openssl_failure("reading a private key");
  return key;
}

Outcome<Secret> to_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_failure("writing a private key");
  }
  return Secret(drain(bio.get()));
}

Outcome<Certificate> certificate_from_pem(std::string_view pem) {
  const auto bio = reader(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!certificate) return openssl_failure("reading a certificate");
  return certificate;
}

Outcome<std::string> to_pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1)
    return openssl_failure("writing a certificate");
  return drain(bio.get());
}

}  // namespace scop::mesh_ca
