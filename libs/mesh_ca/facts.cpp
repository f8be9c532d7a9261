#include "mesh_ca/facts.hpp"

#include <ctime>

#include "mesh_ca/openssl.hpp"

namespace scop::mesh_ca {

namespace {

using Names = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

std::string name_text(const X509_NAME* name) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

Outcome<Time> to_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return openssl_failure("reading a certificate's time");
  return Time(std::chrono::seconds(::timegm(&parts)));
}

std::string ia5_text(const ASN1_IA5STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

void read_names(X509* certificate, Facts& facts) {
  const Names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) facts.uris.push_back(ia5_text(name->d.uniformResourceIdentifier));
    if (name->type == GEN_DNS) facts.hosts.push_back(ia5_text(name->d.dNSName));
  }
}

}  // namespace

Outcome<Facts> read_facts(std::string_view certificate) {
  const auto read = certificate_from_pem(certificate);
  if (!read) return std::unexpected(read.error());
  Facts facts;
  facts.subject = name_text(X509_get_subject_name(read->get()));
  facts.issuer = name_text(X509_get_issuer_name(read->get()));
  const auto from = to_time(X509_get0_notBefore(read->get()));
  const auto until = to_time(X509_get0_notAfter(read->get()));
  if (!from) return std::unexpected(from.error());
  if (!until) return std::unexpected(until.error());
  facts.not_before = *from;
  facts.not_after = *until;
  read_names(read->get(), facts);
  return facts;
}

Outcome<bool> belong_together(std::string_view certificate, std::string_view key) {
  const auto read = certificate_from_pem(certificate);
  if (!read) return std::unexpected(read.error());
  const auto private_key = key_from_pem(key);
  if (!private_key) return std::unexpected(private_key.error());
  return EVP_PKEY_eq(X509_get0_pubkey(read->get()), private_key->get()) == 1;
}

std::string identity(std::string_view domain, std::string_view name) {
  return std::string("spiffe://").append(domain).append("/").append(name);
}

}  // namespace scop::mesh_ca
