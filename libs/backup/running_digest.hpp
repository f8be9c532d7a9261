// SHA-256 of octets as they come.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/ensure.hpp"

namespace scop::backup {

class RunningDigest {
 public:
  RunningDigest() : context_(::EVP_MD_CTX_new(), ::EVP_MD_CTX_free) {
    ENSURE(context_ && ::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr) == 1);
  }
  void add(std::string_view octets) {
    ENSURE(::EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) == 1);
  }
  std::string finish() {
    std::string digest(32, '\0');
    ENSURE(::EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) ==
           1);
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)> context_;
};

}  // namespace scop::backup
