// DKIM key pairs on OpenSSL: RSA of 1024 to 4096 bits (RFC 8301 3.2), Ed25519 (RFC 8463). Parsed once, used
// often; one thread at a time. The private part leaves only as PEM, in a Secret.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"
#include "dkim/algorithm.hpp"

struct evp_pkey_st;
struct evp_pkey_ctx_st;

namespace scop::dkim {

inline constexpr unsigned least_rsa_bits = 1024;
inline constexpr unsigned most_rsa_bits = 8192;  // of a peer's key: more costs a verifier too much

struct FreeKey {
  void operator()(evp_pkey_st* key) const;
  void operator()(evp_pkey_ctx_st* context) const;
};

class DkimKey {
 public:
  // PKCS#8 or PKCS#1 PEM without a password. malformed, unsupported (another type, too few bits).
  static Outcome<DkimKey> from_pem(std::string_view pem);
  static Outcome<DkimKey> generate(KeyType type, unsigned rsa_bits = 2048);
  DkimKey(DkimKey&&) noexcept = default;
  DkimKey& operator=(DkimKey&&) noexcept = default;

  Algorithm algorithm() const { return algorithm_; }
  unsigned bits() const;
  Secret to_pem() const;       // PKCS#8
  std::string record() const;  // TXT value: "v=DKIM1; k=rsa; h=sha256; p=…"

  // Over the 32 octets of a SHA-256 digest, as the algorithm says.
  Outcome<std::string> sign(std::string_view sha256);

 private:
  DkimKey() = default;
  static Outcome<DkimKey> wrap(std::unique_ptr<evp_pkey_st, FreeKey> key);
  Algorithm algorithm_ = Algorithm::rsa_sha256;
  std::unique_ptr<evp_pkey_st, FreeKey> key_;
  std::unique_ptr<evp_pkey_ctx_st, FreeKey> context_;  // RSA: prepared for signing
};

}  // namespace scop::dkim
