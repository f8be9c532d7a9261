#include "courier/explain.hpp"

#include <fmt/format.h>

#include "courier/limits.hpp"
#include "courier/route.hpp"
#include "courier/way.hpp"
#include "dane/tlsa.hpp"
#include "dns/domain.hpp"

namespace scop::courier {

namespace {

std::string shown_policy(const tls_policy::HostPolicy& policy) {
  return policy.label.empty() ? std::string(tls_policy::name_of(policy.level)) : policy.label;
}

std::string meaning_of(const tls_policy::HostPolicy& policy) {
  using enum tls_policy::Level;
  switch (policy.level) {
    case off:
      return "in clear text";
    case opportunistic:
      return policy.audited ? "TLS where offered; what the policy would refuse is reported"
                            : "TLS where offered, whatever the certificate; clear text else";
    case encrypted:
      return "TLS or nothing, whatever the certificate";
    case web_pki:
      return fmt::format("TLS with a valid certificate for {}", fmt::join(policy.names, " or "));
    case dane:
      break;
  }
  return "TLS with a certificate that a TLSA record matches";
}

void add_host(v1::Explanation& explanation, const mx::Host& host, const HostWay& way) {
  auto& mx = *explanation.add_mx();
  mx.set_name(host.name);
  mx.set_preference(host.preference);
  for (const auto& record : way.dane.records) mx.add_tlsa(dane::to_text(record));
  if (way.addresses) {
    for (const auto& address : *way.addresses) mx.add_addresses(address.text());
  }
  mx.set_usable(way.addresses && way.policy);
  mx.set_policy(way.policy ? shown_policy(*way.policy) : way.policy.error().label);
  if (!way.addresses) {
    mx.set_why(way.addresses.error().text);
  } else {
    mx.set_why(way.policy ? meaning_of(*way.policy) : way.policy.error().verdict.text);
  }
}

std::string sts_text(const World& world, const DomainWay& way) {
  if (!wants_sts(world.settings, way.tls)) return "not asked for, by configuration";
  if (way.sts.policy) return std::string(mta_sts::name_of(way.sts.policy->mode));
  return way.sts.why.empty() ? "none" : fmt::format("none ({})", way.sts.why);
}

std::string verdict_of(const v1::Explanation& explanation) {
  for (const auto& mx : explanation.mx()) {
    if (mx.usable()) return fmt::format("mail goes to {}: {}", mx.name(), mx.why());
  }
  return "mail waits: no host may be used now";
}

void by_route(v1::Explanation& explanation, const settings::Route& route) {
  const auto policy = policy_of_named(route.tls, route.host, false);
  explanation.set_verdict(fmt::format("mail goes by the configured route to {}:{}: {}", route.host,
                                      route.port, meaning_of(policy)));
}

}  // namespace

Task<v1::Explanation> explain(World& world, std::string domain, std::string trace) {
  v1::Explanation explanation;
  explanation.set_domain(domain);
  for (const auto& address : world.leaves_from) explanation.add_source_addresses(address);
  const auto labels = dns::to_a_labels(domain);
  if (!labels) {
    explanation.set_verdict("this is not a domain name");
    co_return explanation;
  }
  if (const auto* route = route_of(*labels, world.settings.routes)) {
    by_route(explanation, *route);
    co_return explanation;
  }
  const auto way = co_await find_domain(world, *labels, {}, trace, in(limits::explain));
  explanation.set_mx_secure(way.tls.mx_secure);
  explanation.set_sts(sts_text(world, way));
  explanation.set_sts_id(way.sts.id);
  if (!way.hosts) {
    explanation.set_verdict(way.hosts.error().text);
    co_return explanation;
  }
  for (const auto& host : way.hosts->in_order)
    add_host(explanation, host, co_await find_host(world, way.tls, host.name, trace));
  explanation.set_verdict(verdict_of(explanation));
  co_return explanation;
}

}  // namespace scop::courier
