#include "certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

#include "core/id.hpp"

namespace scop::test {

namespace {

void must(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("test certificates: ") + what);
}

std::shared_ptr<EVP_PKEY> make_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

std::shared_ptr<X509> make_certificate(EVP_PKEY* key, const char* common_name, long from, long to) {
  std::shared_ptr<X509> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  static long serial = 1000;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  return certificate;
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  must(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

struct FileClose {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

template <class Write>
void write_file(const std::filesystem::path& path, Write write) {
  const std::unique_ptr<std::FILE, FileClose> file(std::fopen(path.c_str(), "w"));
  must(file != nullptr, path.c_str());
  must(write(file.get()) == 1, path.c_str());
}

}  // namespace

Folder::Folder() : path(std::filesystem::temp_directory_path() / ("scop-test-" + Id::random().text())) {
  std::filesystem::create_directories(path);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

Authority::Authority(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
  key_ = make_key();
  certificate_ = make_certificate(key_.get(), "test CA", -7200, 864'000);
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  must(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0, "sign CA");
  write_file(ca(), [&](std::FILE* file) { return PEM_write_X509(file, certificate_.get()); });
}

Authority::~Authority() = default;

void Authority::issue(const std::string& file, const Leaf& leaf) const {
  const auto leaf_key = make_key();
  const auto certificate = make_certificate(leaf_key.get(), "leaf", leaf.from_seconds, leaf.to_seconds);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  std::string names;
  for (const auto& uri : leaf.uris) names += (names.empty() ? "URI:" : ",URI:") + uri;
  if (!leaf.dns_name.empty()) names += (names.empty() ? "DNS:" : ",DNS:") + leaf.dns_name;
  if (!names.empty()) add_extension(certificate.get(), NID_subject_alt_name, names);
  must(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0, "sign leaf");
  write_file(this->certificate(file), [&](std::FILE* out) { return PEM_write_X509(out, certificate.get()); });
  write_file(key(file), [&](std::FILE* out) {
    return PEM_write_PrivateKey(out, leaf_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

net::TlsContext Authority::pipe(const std::string& name, const std::filesystem::path& trusted) const {
  return pipe(name, Leaf{.uris = {std::string("spiffe://") + trust_domain + "/" + name}, .dns_name = {}},
              trusted);
}

net::TlsContext Authority::pipe(const std::string& file, const Leaf& leaf,
                                const std::filesystem::path& trusted) const {
  issue(file, leaf);
  auto context = net::TlsContext::pipe(trusted.empty() ? ca() : trusted, certificate(file), key(file));
  must(context.has_value(), context ? "" : context.error().what.c_str());
  return *context;
}

}  // namespace scop::test
