// Where mail for a domain would go by MX, and what each host there must show of TLS: all that an attempt, and
// who explains one, must know before connecting.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "courier/domain_tls.hpp"
#include "courier/world.hpp"
#include "dane/host.hpp"
#include "mx/hosts.hpp"

namespace scop::courier {

struct DomainWay {
  std::expected<mx::Hosts, mx::Verdict> hosts;
  std::string why;  // of a look-up that failed, for the log
  tls_policy::Domain tls;
  StsFinding sts;
};

struct HostWay {
  std::expected<std::vector<dns::Address>, mx::Verdict> addresses;
  dane::Verdict dane;
  std::expected<tls_policy::HostPolicy, tls_policy::Refusal> policy;
};

// `domain` in A-labels. MX and MTA-STS are looked up beside each other.
Task<DomainWay> find_domain(World& world, std::string domain, Wishes wishes, std::string trace, Deadline end);
Task<HostWay> find_host(World& world, const tls_policy::Domain& tls, std::string host, std::string trace);

std::uint64_t random_seed();

}  // namespace scop::courier
