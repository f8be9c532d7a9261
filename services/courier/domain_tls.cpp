#include "courier/domain_tls.hpp"

#include <algorithm>

#include "courier/route.hpp"
#include "dns/address.hpp"

namespace scop::courier {

using settings::DomainTls;
using settings::RouteTls;
using tls_policy::Demand;
using tls_policy::Level;

namespace {

Demand demand_of(DomainTls policy) {
  switch (policy) {
    case DomainTls::off:
      return Demand::off;
    case DomainTls::opportunistic:
      return Demand::opportunistic;
    case DomainTls::require:
      return Demand::require;
    case DomainTls::dane:
      return Demand::dane;
    case DomainTls::verify:
      break;
  }
  return Demand::verify;
}

void apply_default(tls_policy::Domain& domain, RouteTls tls) {
  switch (tls) {
    case RouteTls::off:
      domain.demand = Demand::off;
      break;
    case RouteTls::opportunistic:
      break;
    case RouteTls::require:
      domain.least_encrypted = true;
      break;
    case RouteTls::verify:
    case RouteTls::implicit:
      domain.demand = Demand::verify;
      domain.trust_mx = true;
      break;
  }
}

}  // namespace

tls_policy::Domain domain_tls(const settings::Courier& settings, const std::string& name, Wishes wishes) {
  tls_policy::Domain domain;
  domain.name = name;
  domain.requiretls = wishes.requiretls;
  domain.tls_optional = wishes.tls_optional && !wishes.requiretls;
  const auto rule = std::ranges::find_if(
      settings.tls_rules, [&](const settings::TlsRule& one) { return rule_fits(one.domain, name); });
  if (rule == settings.tls_rules.end()) {
    apply_default(domain, settings.tls);
  } else {
    domain.demand = demand_of(rule->policy);
    domain.match = rule->match;
  }
  return domain;
}

bool wants_sts(const settings::Courier& settings, const tls_policy::Domain& domain) {
  return settings.mta_sts && domain.demand == Demand::automatic && !domain.tls_optional;
}

bool wants_tlsa(const settings::Courier& settings, const tls_policy::Domain& domain) {
  if (domain.demand == Demand::dane) return domain.mx_secure || settings.dane_insecure_mx;
  return settings.dane && domain.demand == Demand::automatic && !domain.tls_optional &&
         (domain.mx_secure || settings.dane_insecure_mx);
}

tls_policy::HostPolicy policy_of_named(RouteTls tls, const std::string& host, bool requiretls) {
  tls_policy::HostPolicy policy;
  const bool is_address = dns::Address::from_text(host).has_value();
  policy.server_name = is_address ? std::string() : host;
  policy.names = {host};
  if (tls == RouteTls::off) policy.level = Level::off;
  if (tls == RouteTls::require) policy.level = Level::encrypted;
  if (tls == RouteTls::verify || tls == RouteTls::implicit || requiretls) policy.level = Level::web_pki;
  if (tls != RouteTls::opportunistic) policy.label = "by configuration";
  if (requiretls) policy.label += policy.label.empty() ? "requiretls" : ", requiretls";
  return policy;
}

}  // namespace scop::courier
