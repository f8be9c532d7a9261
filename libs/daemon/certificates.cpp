#include "daemon/certificates.hpp"

#include "core/clock.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace scop::daemon {

Certificates::Certificates(const settings::Mesh& mesh, std::string_view daemon)
    : folder_(settings::certificate_folder(mesh, daemon)), authority_(mesh.folder / "mesh" / "ca.pem") {}

Certificates::Stamps Certificates::stamps() const {
  return {net::stamp_of(authority_), net::stamp_of(folder_ / "cert.pem"), net::stamp_of(folder_ / "key.pem")};
}

Outcome<net::TlsContext> Certificates::load() {
  // Stamped before reading: what changes meanwhile counts as changed.
  const auto before = stamps();
  auto context = net::TlsContext::pipe(authority_, folder_ / "cert.pem", folder_ / "key.pem");
  if (context) loaded_ = before;
  return context;
}

bool Certificates::changed() const { return loaded_ != stamps(); }

std::chrono::seconds remaining_validity(const net::TlsContext& context) {
  const X509* certificate = ::SSL_CTX_get0_certificate(context.native());
  if (certificate == nullptr) return std::chrono::seconds(-1);
  int days = 0;
  int seconds = 0;
  if (::ASN1_TIME_diff(&days, &seconds, nullptr, ::X509_get0_notAfter(certificate)) != 1)
    return std::chrono::seconds(-1);
  return std::chrono::days(days) + std::chrono::seconds(seconds);
}

double expiry_of(const net::TlsContext& context) {
  const auto end = std::chrono::floor<std::chrono::seconds>(now()) + remaining_validity(context);
  return static_cast<double>(end.time_since_epoch().count());
}

}  // namespace scop::daemon
