#include "dkim/key.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <span>
#include <utility>

#include "core/base64.hpp"

namespace scop::dkim {

namespace {

using Key = std::unique_ptr<evp_pkey_st, FreeKey>;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

std::unexpected<Error> openssl_failure(ErrorKind kind, std::string_view doing) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return failure(kind, std::string(doing) + ": " + text.data());
}

// An encrypted key is refused instead of asking the terminal.
int no_password(char*, int, int, void*) { return -1; }

const unsigned char* octets_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// What a record's p= holds: SubjectPublicKeyInfo for RSA, the 32 octets for Ed25519 (RFC 8463 4).
std::string public_octets(evp_pkey_st* key, KeyType type) {
  std::string out;
  if (type == KeyType::ed25519) {
    std::size_t length = 32;
    out.resize(length);
    EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(out.data()), &length);
    return out;
  }
  const int length = i2d_PUBKEY(key, nullptr);
  if (length <= 0) return out;
  out.resize(static_cast<std::size_t>(length));
  auto* into = reinterpret_cast<unsigned char*>(out.data());
  i2d_PUBKEY(key, &into);
  return out;
}

Outcome<std::string> sign_rsa(evp_pkey_ctx_st* context, std::string_view sha256) {
  std::string signature(most_rsa_bits / 8, '\0');
  std::size_t length = signature.size();
  if (EVP_PKEY_sign(context, reinterpret_cast<unsigned char*>(signature.data()), &length, octets_of(sha256),
                    sha256.size()) != 1) {
    return openssl_failure(ErrorKind::broken, "RSA signing");
  }
  signature.resize(length);
  return signature;
}

//   RFC 8463 3: PureEdDSA over the SHA-256 digest
Outcome<std::string> sign_ed25519(evp_pkey_st* key, std::string_view sha256) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(64, '\0');
  std::size_t length = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     octets_of(sha256), sha256.size()) != 1) {
    return openssl_failure(ErrorKind::broken, "Ed25519 signing");
  }
  return signature;
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }
void FreeKey::operator()(evp_pkey_ctx_st* context) const { EVP_PKEY_CTX_free(context); }

Outcome<DkimKey> DkimKey::wrap(Key key) {
  DkimKey made;
  const int type = EVP_PKEY_get_base_id(key.get());
  if (type == EVP_PKEY_ED25519) {
    made.algorithm_ = Algorithm::ed25519_sha256;
  } else if (type == EVP_PKEY_RSA) {
    const int bits = EVP_PKEY_get_bits(key.get());
    if (std::cmp_less(bits, least_rsa_bits) || std::cmp_greater(bits, most_rsa_bits)) {
      return failure(ErrorKind::unsupported, "RSA key of " + std::to_string(bits) + " bits");
    }
    made.context_.reset(EVP_PKEY_CTX_new(key.get(), nullptr));
    if (!made.context_ || EVP_PKEY_sign_init(made.context_.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(made.context_.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(made.context_.get(), EVP_sha256()) != 1) {
      return openssl_failure(ErrorKind::broken, "preparing an RSA key");
    }
  } else {
    return failure(ErrorKind::unsupported, "key is neither RSA nor Ed25519");
  }
  made.key_ = std::move(key);
  return made;
}

Outcome<DkimKey> DkimKey::from_pem(std::string_view pem) {
  if (pem.size() > 65'536) return failure(ErrorKind::too_large, "key file");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (!key) return openssl_failure(ErrorKind::malformed, "not a private key in PEM");
  return wrap(std::move(key));
}

Outcome<DkimKey> DkimKey::generate(KeyType type, unsigned rsa_bits) {
  Key key(type == KeyType::rsa ? EVP_RSA_gen(rsa_bits) : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) return openssl_failure(ErrorKind::broken, "making a key");
  return wrap(std::move(key));
}

unsigned DkimKey::bits() const { return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get())); }

Secret DkimKey::to_pem() const {
  const Bio bio(BIO_new(BIO_s_secmem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* octets = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &octets);
  return Secret(length > 0 ? std::string(octets, static_cast<std::size_t>(length)) : std::string());
}

std::string DkimKey::record() const {
  const auto type = key_type_of(algorithm_);
  return "v=DKIM1; k=" + std::string(name_of(type)) +
         "; h=sha256; p=" + to_base64(public_octets(key_.get(), type));
}

Outcome<std::string> DkimKey::sign(std::string_view sha256) {
  if (sha256.size() != 32) return failure(ErrorKind::malformed, "not a SHA-256 digest");
  return algorithm_ == Algorithm::ed25519_sha256 ? sign_ed25519(key_.get(), sha256)
                                                 : sign_rsa(context_.get(), sha256);
}

}  // namespace scop::dkim
