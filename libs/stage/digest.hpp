// Size and SHA-256 of a message as it goes by: what Findings say of it.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace scop::stage {

class Digest {
 public:
  Digest();
  void add(std::string_view octets);
  std::uint64_t size() const { return size_; }
  std::string finish();  // 32 octets; ends it

 private:
  struct Freed {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Freed> context_;
  std::uint64_t size_ = 0;
};

}  // namespace scop::stage
