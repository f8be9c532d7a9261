#include "mesh_ca/certificate.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/id.hpp"
#include "mesh_ca/facts.hpp"
#include "mesh_ca/openssl.hpp"

namespace scop::mesh_ca {

namespace {

// RFC 5280 A.1, ub-common-name and ub-organization-name.
constexpr std::size_t most_name = 64;
// Clocks of a mesh's machines may differ.
constexpr std::chrono::hours backdate{1};

struct Extension {
  int nid;
  std::string value;
};

struct Wanted {
  std::string common_name;
  std::string organization;
  Time now;
  Days lifetime{};
  std::vector<Extension> extensions;
};

bool add_name(X509_NAME* name, int nid, std::string_view value) {
  const std::string text(value.substr(0, most_name));
  return text.empty() ||
         X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0) == 1;
}

bool set_serial(X509* certificate) {
  auto octets = random_octets(16);
  octets[0] = static_cast<char>(octets[0] & 0x7f);  // RFC 5280 4.1.2.2: positive
  const std::unique_ptr<BIGNUM, Free<BN_free>> number(BN_bin2bn(
      reinterpret_cast<const unsigned char*>(octets.data()), static_cast<int>(octets.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_times(X509* certificate, Time now, Days lifetime) {
  const auto from = std::chrono::floor<std::chrono::seconds>(now - backdate).time_since_epoch().count();
  const auto until = std::chrono::floor<std::chrono::seconds>(now + lifetime).time_since_epoch().count();
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, const Extension& wanted) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, wanted.nid, wanted.value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// `issuer` null: self-signed.
Outcome<std::string> make_certificate(const Wanted& wanted, EVP_PKEY* key, X509* issuer,
                                      EVP_PKEY* issuer_key) {
  const Certificate certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      !set_serial(certificate.get()) || !set_times(certificate.get(), wanted.now, wanted.lifetime) ||
      X509_set_pubkey(certificate.get(), key) != 1) {
    return openssl_failure("making a certificate");
  }
  auto* subject = X509_get_subject_name(certificate.get());
  if (!add_name(subject, NID_organizationName, wanted.organization) ||
      !add_name(subject, NID_commonName, wanted.common_name) ||
      X509_set_issuer_name(certificate.get(), issuer == nullptr ? subject : X509_get_subject_name(issuer)) !=
          1) {
    return openssl_failure("naming a certificate");
  }
  for (const auto& extension : wanted.extensions) {
    if (!add_extension(certificate.get(), issuer == nullptr ? certificate.get() : issuer, extension)) {
      return openssl_failure("extending a certificate with " + extension.value);
    }
  }
  if (X509_sign(certificate.get(), issuer_key, EVP_sha256()) == 0)
    return openssl_failure("signing a certificate");
  return to_pem(certificate.get());
}

Outcome<Pair> make_self_signed_pair(const Wanted& wanted) {
  auto key = make_key();
  if (!key) return std::unexpected(key.error());
  auto certificate = make_certificate(wanted, key->get(), nullptr, key->get());
  if (!certificate) return std::unexpected(certificate.error());
  auto pem = to_pem(key->get());
  if (!pem) return std::unexpected(pem.error());
  return Pair{.certificate = std::move(*certificate), .key = std::move(*pem)};
}

Outcome<std::string> sign_leaf(const Pair& ca, EVP_PKEY* key, std::string_view domain, std::string_view name,
                               Time now, Days lifetime) {
  auto issuer = certificate_from_pem(ca.certificate);
  if (!issuer) return std::unexpected(issuer.error());
  auto issuer_key = key_from_pem(ca.key.reveal());
  if (!issuer_key) return std::unexpected(issuer_key.error());
  const Wanted wanted{
      .common_name = std::string(name),
      .organization = std::string(domain),
      .now = now,
      .lifetime = lifetime,
      .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                     {NID_key_usage, "critical,digitalSignature"},
                     {NID_ext_key_usage, "serverAuth,clientAuth"},
                     // The URI is the identity; the DNS name is what an ordinary gRPC client compares.
                     {NID_subject_alt_name, fmt::format("URI:{},DNS:{}", identity(domain, name), name)},
                     {NID_subject_key_identifier, "hash"},
                     {NID_authority_key_identifier, "keyid:always"}}};
  return make_certificate(wanted, key, issuer->get(), issuer_key->get());
}

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") ==
             std::string_view::npos;
}

bool is_address(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF.:") == std::string_view::npos;
}

}  // namespace

Outcome<Pair> make_ca(std::string_view domain, Time now) {
  return make_self_signed_pair({.common_name = "scop mesh CA",
                                .organization = std::string(domain),
                                .now = now,
                                .lifetime = ca_lifetime,
                                .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                               {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                               {NID_subject_key_identifier, "hash"}}});
}

Outcome<Pair> issue(const Pair& ca, std::string_view domain, std::string_view name, Time now, Days lifetime) {
  // The names go into OpenSSL's extension language, where a comma would begin another name.
  if (!is_host_name(domain) || !is_host_name(name))
    return failure(ErrorKind::malformed, "no name for an identity");
  auto key = make_key();
  if (!key) return std::unexpected(key.error());
  auto certificate = sign_leaf(ca, key->get(), domain, name, now, lifetime);
  if (!certificate) return std::unexpected(certificate.error());
  auto pem = to_pem(key->get());
  if (!pem) return std::unexpected(pem.error());
  return Pair{.certificate = std::move(*certificate), .key = std::move(*pem)};
}

Outcome<std::string> renew(const Pair& ca, std::string_view old_certificate, std::string_view domain,
                           std::string_view name, Time now, Days lifetime) {
  auto old = certificate_from_pem(old_certificate);
  if (!old) return std::unexpected(old.error());
  auto issuer = certificate_from_pem(ca.certificate);
  if (!issuer) return std::unexpected(issuer.error());
  const auto facts = read_facts(old_certificate);
  if (!facts) return std::unexpected(facts.error());
  // Whoever can write the daemon's certificate folder must not get another identity, or a foreign key,
  // signed.
  if (X509_verify(old->get(), X509_get0_pubkey(issuer->get())) != 1 ||
      facts->uris != std::vector{identity(domain, name)}) {
    return failure(ErrorKind::denied,
                   "the certificate to renew is not one that this CA gave to " + std::string(name));
  }
  return sign_leaf(ca, X509_get0_pubkey(old->get()), domain, name, now, lifetime);
}

Outcome<Pair> make_self_signed(std::string_view host, std::span<const std::string> addresses, Time now) {
  return make_self_signed(std::vector{std::string(host)}, addresses, now);
}

Outcome<Pair> make_self_signed(std::span<const std::string> hosts, std::span<const std::string> addresses,
                               Time now) {
  std::string names;
  for (const auto& host : hosts) {
    if (!is_host_name(host)) return failure(ErrorKind::malformed, "no host name: " + host);
    names += (names.empty() ? "DNS:" : ",DNS:") + host;
  }
  if (names.empty()) return failure(ErrorKind::malformed, "no host name");
  for (const auto& address : addresses) {
    if (!is_address(address)) return failure(ErrorKind::malformed, "no IP address: " + address);
    names += ",IP:" + address;
  }
  return make_self_signed_pair({.common_name = hosts.front(),
                                .organization = {},
                                .now = now,
                                .lifetime = trial_lifetime,
                                .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                               {NID_key_usage, "critical,digitalSignature"},
                                               {NID_ext_key_usage, "serverAuth"},
                                               {NID_subject_alt_name, std::move(names)},
                                               {NID_subject_key_identifier, "hash"}}});
}

}  // namespace scop::mesh_ca
