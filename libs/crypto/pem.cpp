#include "crypto/pem.hpp"

#include <openssl/err.h>

#include <array>

namespace scop::crypto {

Bio reader(std::string_view octets) {
  return Bio(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
}

std::string content_of(BIO* bio) {
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio, &data);
  return length > 0 ? std::string(data, static_cast<std::size_t>(length)) : std::string();
}

int no_pass_phrase(char*, int, int, void*) { return -1; }

std::unexpected<Error> failed(ErrorKind kind, std::string_view doing) {
  std::array<char, 256> text{};
  const auto code = ERR_get_error();
  ERR_error_string_n(code, text.data(), text.size());
  ERR_clear_error();
  return failure(kind, std::string(doing) + ": " + (code == 0 ? "no reason given" : text.data()));
}

}  // namespace scop::crypto
