#include "dane/tlsa.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <optional>
#include <vector>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "crypto/pem.hpp"

namespace scop::dane {

namespace {

constexpr std::size_t most_pem_octets = 256U << 10U;
constexpr std::size_t most_certificates = 20;

using crypto::Bio;
using crypto::Certificate;
using crypto::Key;
using crypto::reader;

Outcome<std::vector<Certificate>> read_chain(std::string_view pem) {
  if (pem.size() > most_pem_octets) return failure(ErrorKind::too_large, "certificates over 256 KiB");
  const auto in = reader(pem);
  std::vector<Certificate> chain;
  while (chain.size() < most_certificates) {
    Certificate certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    if (!certificate) break;
    chain.push_back(std::move(certificate));
  }
  ERR_clear_error();
  if (chain.empty()) return failure(ErrorKind::malformed, "no PEM certificate there");
  return chain;
}

// The octets that a selector selects; nothing for one that RFC 6698 2.1.2 does not know.
std::optional<std::string> selected(X509* certificate, std::uint8_t selector) {
  const Bio out(BIO_new(BIO_s_mem()));
  int done = 0;
  if (selector == whole_certificate) done = i2d_X509_bio(out.get(), certificate);
  if (selector == public_key) done = i2d_PUBKEY_bio(out.get(), X509_get0_pubkey(certificate));
  ERR_clear_error();
  if (done != 1) return std::nullopt;
  return crypto::content_of(out.get());
}

std::optional<std::string> digest(const EVP_MD* method, std::string_view octets) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  auto* into = reinterpret_cast<unsigned char*>(out.data());
  if (EVP_Digest(octets.data(), octets.size(), into, &size, method, nullptr) != 1) return std::nullopt;
  out.resize(size);
  return out;
}

std::optional<std::string> matched(std::string octets, std::uint8_t matching) {
  if (matching == full) return octets;
  if (matching == sha2_256) return digest(EVP_sha256(), octets);
  if (matching == sha2_512) return digest(EVP_sha512(), octets);
  return std::nullopt;
}

Outcome<dns::Tlsa> record_of(std::uint8_t usage, std::uint8_t selector, std::uint8_t matching,
                             std::optional<std::string> octets) {
  if (octets) octets = matched(std::move(*octets), matching);
  if (!octets || usage > dane_ee)
    return failure(ErrorKind::unsupported, "a TLSA usage, selector or matching type that is not known");
  return dns::Tlsa{usage, selector, matching, std::move(*octets)};
}

Key read_key(std::string_view pem) {
  Key key(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, crypto::no_pass_phrase, nullptr));
  if (!key) key.reset(PEM_read_bio_PUBKEY(reader(pem).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return key;
}

// A whole certificate or public key, and nothing behind it.
bool is_der(std::uint8_t selector, std::string_view data) {
  const auto in = reader(data);
  const bool good = selector == whole_certificate ? Certificate(d2i_X509_bio(in.get(), nullptr)) != nullptr
                                                  : Key(d2i_PUBKEY_bio(in.get(), nullptr)) != nullptr;
  ERR_clear_error();
  return good && BIO_pending(in.get()) == 0;
}

std::optional<std::uint8_t> field(std::string_view text) {
  const auto number = ascii::parse_unsigned(text);
  if (!number || *number > 255) return std::nullopt;
  return static_cast<std::uint8_t>(*number);
}

}  // namespace

Outcome<dns::Tlsa> tlsa_of(std::string_view pem, std::uint8_t usage, std::uint8_t selector,
                           std::uint8_t matching) {
  const auto chain = read_chain(pem);
  if (!chain) return std::unexpected(chain.error());
  return record_of(usage, selector, matching, selected(chain->front().get(), selector));
}

Outcome<dns::Tlsa> tlsa_of_key(std::string_view pem, std::uint8_t usage, std::uint8_t matching) {
  if (pem.size() > most_pem_octets) return failure(ErrorKind::too_large, "a key over 256 KiB");
  const auto key = read_key(pem);
  if (!key) return failure(ErrorKind::malformed, "no PEM key without a password there");
  const Bio out(BIO_new(BIO_s_mem()));
  if (i2d_PUBKEY_bio(out.get(), key.get()) != 1) {
    ERR_clear_error();
    return failure(ErrorKind::unsupported, "a key without a public half");
  }
  return record_of(usage, public_key, matching, crypto::content_of(out.get()));
}

Outcome<bool> matches(const dns::Tlsa& record, std::string_view chain_pem) {
  const auto chain = read_chain(chain_pem);
  if (!chain) return std::unexpected(chain.error());
  if (record.usage > dane_ee) return false;
  const bool of_leaf = record.usage == pkix_ee || record.usage == dane_ee;
  const std::size_t first = of_leaf ? 0 : 1;
  const std::size_t end = of_leaf ? 1 : chain->size();
  for (std::size_t at = first; at < end; ++at) {
    auto octets = selected((*chain)[at].get(), record.selector);
    if (octets) octets = matched(std::move(*octets), record.matching);
    if (octets && *octets == record.data) return true;
  }
  return false;
}

bool is_usable(const dns::Tlsa& record) {
  if (record.usage != dane_ta && record.usage != dane_ee) return false;
  if (record.selector > public_key) return false;
  switch (record.matching) {
    case full:
      return is_der(record.selector, record.data);
    case sha2_256:
      return record.data.size() == 32;
    case sha2_512:
      return record.data.size() == 64;
    default:
      return false;
  }
}

std::string to_text(const dns::Tlsa& record) {
  return dns::rdata_text(dns::Type::tlsa, dns::to_rdata(record));
}

Outcome<dns::Tlsa> tlsa_from_text(std::string_view text) {
  const auto parts = ascii::split(text, ' ');
  if (parts.size() != 4) return failure(ErrorKind::malformed, "expected \"usage selector matching hex\"");
  const auto usage = field(parts[0]);
  const auto selector = field(parts[1]);
  const auto matching = field(parts[2]);
  auto data = from_hex(parts[3]);
  if (!usage || !selector || !matching || !data || data->empty())
    return failure(ErrorKind::malformed, "not a TLSA record");
  return dns::Tlsa{*usage, *selector, *matching, std::move(*data)};
}

}  // namespace scop::dane
