// SHA-1 and SHA-256 over chunks, on OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dkim/algorithm.hpp"

struct evp_md_ctx_st;

namespace scop::dkim {

class Digest {
 public:
  explicit Digest(Hash hash);
  Digest(Digest&&) noexcept = default;
  Digest& operator=(Digest&&) noexcept = default;

  void update(std::string_view octets);
  // The digest in octets; the object is spent.
  std::string finish();
  // With everything that was fed so far.
  Digest copy() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  Digest() = default;
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace scop::dkim
