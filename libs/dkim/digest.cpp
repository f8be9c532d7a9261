#include "dkim/digest.hpp"

#include <openssl/evp.h>

#include "core/ensure.hpp"

namespace scop::dkim {

void Digest::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Digest::Digest(Hash hash) : context_(EVP_MD_CTX_new()) {
  ENSURE(context_ != nullptr);
  ENSURE(EVP_DigestInit_ex(context_.get(), hash == Hash::sha1 ? EVP_sha1() : EVP_sha256(), nullptr) == 1);
}

void Digest::update(std::string_view octets) {
  ENSURE(EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) == 1);
}

std::string Digest::finish() {
  std::string octets(EVP_MAX_MD_SIZE, '\0');
  unsigned length = 0;
  ENSURE(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(octets.data()), &length) == 1);
  octets.resize(length);
  return octets;
}

Digest Digest::copy() const {
  Digest copied;
  copied.context_.reset(EVP_MD_CTX_new());
  ENSURE(copied.context_ != nullptr && EVP_MD_CTX_copy_ex(copied.context_.get(), context_.get()) == 1);
  return copied;
}

}  // namespace scop::dkim
