#include "stage/digest.hpp"

#include "core/ensure.hpp"

namespace scop::stage {

Digest::Digest() : context_(EVP_MD_CTX_new()) {
  ENSURE(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Digest::add(std::string_view octets) {
  size_ += octets.size();
  ENSURE(EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) == 1);
}

std::string Digest::finish() {
  std::string octets(32, '\0');
  ENSURE(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(octets.data()), nullptr) == 1);
  return octets;
}

}  // namespace scop::stage
