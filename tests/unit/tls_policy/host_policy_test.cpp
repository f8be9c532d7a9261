#include "tls_policy/host_policy.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace scop::tls_policy {
namespace {

using Kind = dane::Verdict::Kind;
using mta_sts::Mode;

const dns::Tlsa by_key{3, 1, 1, std::string(32, 'x')};
const dns::Tlsa by_authority{2, 0, 1, std::string(32, 'y')};

dane::Verdict verdict(Kind kind, std::vector<dns::Tlsa> records = {by_key}) {
  dane::Verdict out{.kind = kind};
  if (kind == Kind::records || kind == Kind::unusable) {
    out.base = "base.test";
    out.records = std::move(records);
  }
  if (kind == Kind::unknown) {
    out.failed = {"_25._tcp.mx.test", dns::Type::tlsa};
    out.failure.validation = dns::Validation::bogus;
  }
  return out;
}

mta_sts::Policy sts(Mode mode, std::string mx = "mx.test") { return {mode, {std::move(mx)}, 86'400}; }

struct Row {
  std::string name;
  std::function<void(Domain&)> change;
  Kind dane;
  std::string wanted;  // "level, label" or "enhanced code, failure"
};

std::string said(const std::expected<HostPolicy, Refusal>& policy) {
  if (!policy)
    return policy.error().verdict.enhanced + (policy.error().verdict.permanent ? " for ever, " : ", ") +
           std::string(name_of(policy.error().failure));
  return std::string(name_of(policy->level)) + (policy->label.empty() ? "" : ", " + policy->label);
}

Domain domain() {
  Domain out;
  out.name = "test";
  out.canonical = "test";
  out.mx_secure = true;
  return out;
}

void nothing(Domain&) {}
auto with(mta_sts::Policy policy) {
  return [policy](Domain& d) { d.sts = policy; };
}
auto demand(Demand demand) {
  return [demand](Domain& d) { d.demand = demand; };
}

const std::vector<Row> table{
    {"nothing published", nothing, Kind::none, "opportunistic"},
    {"nothing published, TLS required by configuration", [](Domain& d) { d.least_encrypted = true; },
     Kind::none, "encrypted, required by configuration"},
    // RFC 7672 2.1, 2.2
    {"usable records", nothing, Kind::records, "dane, dane"},
    {"unusable records", nothing, Kind::unusable, "encrypted, dane, no usable record"},
    {"records that cannot be had", nothing, Kind::unknown, "4.7.5, dnssec-invalid"},
    // RFC 8461 2, 5
    {"enforce, named", with(sts(Mode::enforce)), Kind::none, "web pki, sts enforce"},
    {"enforce, not named", with(sts(Mode::enforce, "other.test")), Kind::none, "4.7.5, validation-failure"},
    {"enforce, one label too many", with(sts(Mode::enforce, "*.mx.test")), Kind::none,
     "4.7.5, validation-failure"},
    {"enforce by wildcard", with(sts(Mode::enforce, "*.test")), Kind::none, "web pki, sts enforce"},
    {"testing", with(sts(Mode::testing)), Kind::none, "opportunistic, sts testing"},
    {"testing, not named", with(sts(Mode::testing, "other.test")), Kind::none, "opportunistic, sts testing"},
    {"a policy that says none", with(sts(Mode::none)), Kind::none, "opportunistic"},
    {"DANE goes before enforce", with(sts(Mode::enforce, "other.test")), Kind::records, "dane, dane"},
    {"enforce opens no host that DANE closes", with(sts(Mode::enforce)), Kind::unknown,
     "4.7.5, dnssec-invalid"},
    {"enforce goes before unusable records", with(sts(Mode::enforce)), Kind::unusable,
     "web pki, sts enforce"},
    {"testing softens no unusable records", with(sts(Mode::testing)), Kind::unusable,
     "encrypted, dane, no usable record, sts testing"},
    // The configuration
    {"off", demand(Demand::off), Kind::records, "off, off by configuration"},
    {"opportunistic whatever is published", demand(Demand::opportunistic), Kind::unknown, "opportunistic"},
    {"require", demand(Demand::require), Kind::none, "encrypted, required by configuration"},
    {"verify", demand(Demand::verify), Kind::none, "web pki, verified by configuration"},
    {"dane, records", demand(Demand::dane), Kind::records, "dane, dane"},
    {"dane, none", demand(Demand::dane), Kind::none, "4.7.5, dane-required"},
    {"dane, unusable", demand(Demand::dane), Kind::unusable, "4.7.5, dane-required"},
    {"dane, unknown", demand(Demand::dane), Kind::unknown, "4.7.5, dnssec-invalid"},
    // RFC 8689
    {"TLS-Required: No before DANE", [](Domain& d) { d.tls_optional = true; }, Kind::records,
     "opportunistic"},
    {"TLS-Required: No before a closed host", [](Domain& d) { d.tls_optional = true; }, Kind::unknown,
     "opportunistic"},
    {"TLS-Required: No before MTA-STS",
     [](Domain& d) {
       d.tls_optional = true;
       d.sts = sts(Mode::enforce, "other.test");
     },
     Kind::none, "opportunistic"},
    {"TLS-Required: No, yet the configuration",
     [](Domain& d) {
       d.tls_optional = true;
       d.demand = Demand::verify;
     },
     Kind::none, "web pki, verified by configuration"},
    {"REQUIRETLS before TLS-Required: No", [](Domain& d) { d.tls_optional = d.requiretls = true; },
     Kind::records, "dane, dane, requiretls"},
    {"REQUIRETLS to a signed domain", [](Domain& d) { d.requiretls = true; }, Kind::none,
     "web pki, requiretls"},
    {"REQUIRETLS and DANE", [](Domain& d) { d.requiretls = true; }, Kind::records, "dane, dane, requiretls"},
    {"REQUIRETLS and unusable records", [](Domain& d) { d.requiretls = true; }, Kind::unusable,
     "web pki, dane, no usable record, requiretls"},
    {"REQUIRETLS to an unsigned domain", [](Domain& d) { d.requiretls = true, d.mx_secure = false; },
     Kind::none, "5.7.30 for ever, "},
    {"REQUIRETLS to an unsigned domain with a policy",
     [](Domain& d) {
       d.requiretls = true;
       d.mx_secure = false;
       d.sts = sts(Mode::testing);
     },
     Kind::none, "web pki, sts testing, requiretls"},
    {"REQUIRETLS to a host that the policy does not name",
     [](Domain& d) {
       d.requiretls = true;
       d.mx_secure = false;
       d.sts = sts(Mode::testing, "other.test");
     },
     Kind::none, "5.7.30 for ever, "},
    {"REQUIRETLS where the administrator names the hosts",
     [](Domain& d) {
       d.requiretls = true;
       d.mx_secure = false;
       d.demand = Demand::verify;
     },
     Kind::none, "web pki, verified by configuration, requiretls"},
    // trust_mx is no proof: it takes whatever host a forged MX names.
    {"REQUIRETLS where any host is trusted",
     [](Domain& d) {
       d.requiretls = true;
       d.mx_secure = false;
       d.demand = Demand::verify;
       d.trust_mx = true;
     },
     Kind::none, "5.7.30 for ever, "},
    {"REQUIRETLS where any host is trusted and the domain is signed",
     [](Domain& d) {
       d.requiretls = true;
       d.demand = Demand::verify;
       d.trust_mx = true;
     },
     Kind::none, "web pki, verified by configuration, requiretls"},
    {"REQUIRETLS where TLS is off", [](Domain& d) { d.requiretls = true, d.demand = Demand::off; },
     Kind::none, "5.7.10 for ever, "},
};

TEST(HostPolicy, IsWhatTheTableSays) {
  for (const auto& row : table) {
    auto one = domain();
    row.change(one);
    EXPECT_EQ(said(policy_of(one, "mx.test", verdict(row.dane))), row.wanted) << row.name;
  }
}

TEST(HostPolicy, ByAuthorityComparesTheNamesOfRfc7672) {
  auto one = domain();
  one.canonical = "far.test";
  const auto policy = policy_of(one, "mx.test", verdict(Kind::records, {by_key, by_authority}));
  EXPECT_EQ(policy->names, (std::vector<std::string>{"base.test", "test", "far.test"}));
  EXPECT_EQ(policy->server_name, "base.test");
  EXPECT_EQ(policy->records.size(), 2U);
  one.mx_secure = false;  // a forged MX must not make the victim's name count at the forger's host
  EXPECT_EQ(policy_of(one, "mx.test", verdict(Kind::records, {by_authority}))->names,
            std::vector<std::string>{"base.test"});
}

TEST(HostPolicy, ByConfigurationComparesTheNamesOfTheDomainOrThoseGiven) {
  auto one = domain();
  one.demand = Demand::verify;
  one.mx_secure = false;
  EXPECT_EQ(policy_of(one, "mx.far", {})->names, (std::vector<std::string>{"test", ".test"}));
  one.mx_secure = true;
  EXPECT_EQ(policy_of(one, "mx.far", {})->names, (std::vector<std::string>{"test", ".test", "mx.far"}));
  one.match = {".host.test"};
  EXPECT_EQ(policy_of(one, "mx.far", {})->names, std::vector<std::string>{".host.test"});
}

TEST(HostPolicy, OfATestedPolicyIsAudited) {
  auto one = domain();
  one.sts = sts(Mode::testing, "other.test");
  const auto policy = policy_of(one, "mx.test", {});
  EXPECT_TRUE(policy->audited);
  EXPECT_EQ(policy->foreseen, Failure::validation_failure);
  EXPECT_EQ(policy->published, Published::sts);
}

TEST(HostPolicy, SharesConnectionsOnlyUnderTheSameDemands) {
  const auto plain = policy_of(domain(), "mx.test", {})->key();
  auto other = domain();
  other.name = "other.test";
  EXPECT_EQ(policy_of(other, "mx.test", {})->key(), plain);
  const auto dane = policy_of(domain(), "mx.test", verdict(Kind::records))->key();
  EXPECT_NE(dane, plain);
  EXPECT_EQ(policy_of(other, "mx.test", verdict(Kind::records))->key(), dane);
  EXPECT_NE(policy_of(domain(), "mx.test", verdict(Kind::records, {by_key, by_authority}))->key(), dane);
  auto strict = domain();
  strict.requiretls = true;
  EXPECT_NE(policy_of(strict, "mx.test", verdict(Kind::records))->key(), dane);
}

}  // namespace
}  // namespace scop::tls_policy
