// Why a session fell short of a domain's policy, by the names of RFC 8460 4.3.
#pragma once

#include <cstdint>
#include <string_view>

namespace scop::tls_policy {

enum class Failure : std::uint8_t {
  none,
  starttls_not_supported,
  certificate_host_mismatch,
  certificate_expired,
  certificate_not_trusted,
  validation_failure,  // any other
  tlsa_invalid,
  dnssec_invalid,
  dane_required,
  sts_policy_fetch_error,
  sts_policy_invalid,
  sts_webpki_invalid,
};

std::string_view name_of(Failure failure);  // "starttls-not-supported"; empty for none

}  // namespace scop::tls_policy
