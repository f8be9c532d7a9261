#include "courier/way.hpp"

#include <cstring>

#include "core/id.hpp"
#include "courier/beside.hpp"
#include "courier/limits.hpp"
#include "courier/look_up.hpp"

namespace scop::courier {

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  const auto octets = random_octets(sizeof(seed));
  std::memcpy(&seed, octets.data(), sizeof(seed));
  return seed;
}

Task<DomainWay> find_domain(World& world, std::string domain, Wishes wishes, std::string trace,
                            Deadline end) {
  auto tls = domain_tls(world.settings, domain, wishes);
  std::optional<Beside<StsFinding>> sts;
  if (wants_sts(world.settings, tls)) sts.emplace(world.io, world.sts_policies.find(domain, trace));
  const auto answer = co_await look_up(world.resolver, domain, dns::Type::mx, trace);
  DomainWay way{mx::hosts_of(domain, answer, world.own_hosts, random_seed()), answer.why, std::move(tls), {}};
  way.tls.canonical = answer.canonical_name;
  way.tls.mx_secure = answer.validation == dns::Validation::secure;
  if (!sts || !way.hosts) co_return way;
  auto finding = co_await sts->result(std::min(end, in(limits::sts_wait)));
  way.sts = finding ? std::move(*finding) : world.sts_policies.known(way.tls.name);
  way.tls.sts = way.sts.policy;
  co_return way;
}

Task<HostWay> find_host(World& world, const tls_policy::Domain& tls, std::string host, std::string trace) {
  const auto& rules = world.mx_rules;
  const dane::Host::Wish wish{world.settings.port, rules.v4, rules.v6, wants_tlsa(world.settings, tls)};
  const auto found = co_await look_up_host(world.resolver, host, wish, std::move(trace));
  auto dane = found.verdict();
  auto policy = tls_policy::policy_of(tls, host, dane);
  co_return HostWay{mx::addresses_of(host, found.a(), found.aaaa(), rules, random_seed()), std::move(dane),
                    std::move(policy)};
}

}  // namespace scop::courier
