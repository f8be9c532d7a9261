#include "tls_policy/failure.hpp"

namespace scop::tls_policy {

std::string_view name_of(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "";
    case Failure::starttls_not_supported:
      return "starttls-not-supported";
    case Failure::certificate_host_mismatch:
      return "certificate-host-mismatch";
    case Failure::certificate_expired:
      return "certificate-expired";
    case Failure::certificate_not_trusted:
      return "certificate-not-trusted";
    case Failure::tlsa_invalid:
      return "tlsa-invalid";
    case Failure::dnssec_invalid:
      return "dnssec-invalid";
    case Failure::dane_required:
      return "dane-required";
    case Failure::sts_policy_fetch_error:
      return "sts-policy-fetch-error";
    case Failure::sts_policy_invalid:
      return "sts-policy-invalid";
    case Failure::sts_webpki_invalid:
      return "sts-webpki-invalid";
    case Failure::validation_failure:
      break;
  }
  return "validation-failure";
}

}  // namespace scop::tls_policy
