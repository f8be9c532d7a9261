#include "tls_key/openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>

namespace scop::tls_key {

namespace {

int no_pass_phrase(char*, int, int, void*) { return -1; }

}  // namespace

std::unexpected<Error> openssl_failure(std::string_view doing) {
  std::array<char, 256> text{};
  const auto code = ERR_get_error();
  ERR_error_string_n(code, text.data(), text.size());
  ERR_clear_error();
  return failure(ErrorKind::malformed,
                 std::string(doing) + ": " + (code == 0 ? "no reason given" : text.data()));
}

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string content_of(BIO* bio) {
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio, &data);
  return length > 0 ? std::string(data, static_cast<std::size_t>(length)) : std::string();
}

Outcome<Key> key_from_pem(std::string_view pem) {
  ERR_clear_error();
  const auto bio = reader(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!key) return openssl_failure("reading a private key");
  return key;
}

}  // namespace scop::tls_key
