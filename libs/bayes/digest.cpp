#include "bayes/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "core/ascii.hpp"
#include "message/header.hpp"

namespace scop::bayes {

std::string digest_of(const mime_text::Message& message) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string digest(32, '\0');
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) return digest;
  for (const auto* name : {"Message-ID", "Date", "From", "Subject"}) {
    const auto value = message::unfold(message.first(name)) + "\n";
    EVP_DigestUpdate(context.get(), value.data(), value.size());
  }
  auto body = message.body();
  while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
  EVP_DigestUpdate(context.get(), body.data(), body.size());
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), octets.data(), &size);
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<char>(octets.at(i));
  return digest;
}

}  // namespace scop::bayes
