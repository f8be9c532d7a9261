// What the configuration and a message ask of TLS, as tls_policy wants it said. Pure.
#pragma once

#include <string>

#include "settings/courier.hpp"
#include "tls_policy/host_policy.hpp"

namespace scop::courier {

// What a message asks for (RFC 8689).
struct Wishes {
  bool requiretls = false;
  bool tls_optional = false;  // "TLS-Required: No"; REQUIRETLS goes before it
};

// Towards the MX hosts of a domain (A-labels), before anything is known of its DNS.
tls_policy::Domain domain_tls(const settings::Courier& settings, const std::string& domain, Wishes wishes);

bool wants_sts(const settings::Courier& settings, const tls_policy::Domain& domain);
// Once mx_secure is known.
bool wants_tlsa(const settings::Courier& settings, const tls_policy::Domain& domain);

// For a host that the administrator or the recipient's address names: no MX, nothing published.
tls_policy::HostPolicy policy_of_named(settings::RouteTls tls, const std::string& host, bool requiretls);

}  // namespace scop::courier
