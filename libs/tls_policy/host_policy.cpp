#include "tls_policy/host_policy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "dane/tlsa.hpp"

namespace scop::tls_policy {

namespace {

using Kind = dane::Verdict::Kind;
using Chosen = std::expected<HostPolicy, Refusal>;

std::string shown(std::string_view name) { return ascii::printable(name, 255); }

mx::Verdict deferred(std::string enhanced, std::string text) {
  return {false, 451, std::move(enhanced), std::move(text)};
}

HostPolicy plain(Level level, const std::string& host, std::string label) {
  return {.level = level, .label = std::move(label), .server_name = host, .names = {host}};
}

HostPolicy by_web_pki(const std::string& host, std::vector<std::string> names, std::string label,
                      std::string by) {
  auto policy = plain(Level::web_pki, host, std::move(label));
  policy.names = std::move(names);
  policy.verified_by = std::move(by);
  return policy;
}

void add_name(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

// RFC 7672 3.2.2: the base domain, and, where the MX answer was secure, the next-hop domain and where it
// leads.
HostPolicy by_tlsa(const Domain& domain, const dane::Verdict& dane) {
  HostPolicy policy{.level = Level::dane, .label = "dane", .verified_by = "dane", .server_name = dane.base};
  policy.names = {dane.base};
  // Names count for usage 2 alone; without it, domains of the same host may share connections.
  const bool by_name =
      std::ranges::any_of(dane.records, [](const auto& record) { return record.usage == dane::dane_ta; });
  if (by_name && domain.mx_secure) {
    add_name(policy.names, domain.name);
    add_name(policy.names, domain.canonical);
  }
  policy.records = dane.records;
  policy.published = Published::tlsa;
  return policy;
}

Refusal unknown_records(const dane::Verdict& dane) {
  return {mx::look_up_failed(dane.failed.name, dane.failed.type, dane.failure), Failure::dnssec_invalid,
          Published::tlsa, "dane"};
}

Refusal no_records(const Domain& domain, const std::string& host, const dane::Verdict& dane) {
  auto why = fmt::format("no usable TLSA records of {}", shown(host));
  if (!domain.mx_secure && dane.kind == Kind::none)
    why = fmt::format("the mail hosts of {} are not signed by DNSSEC", shown(domain.name));
  return {deferred("4.7.5", "DANE is required by our configuration: " + why), Failure::dane_required,
          Published::tlsa, "dane required by configuration"};
}

Refusal not_in_the_policy(const Domain& domain, const std::string& host) {
  return {deferred("4.7.5", fmt::format("the mail host {} is not named by the MTA-STS policy of {}",
                                        shown(host), shown(domain.name))),
          Failure::validation_failure, Published::sts, "sts enforce"};
}

bool has_sts(const Domain& domain, mta_sts::Mode mode) { return domain.sts && domain.sts->mode == mode; }

Chosen by_demand(const Domain& domain, const std::string& host, const dane::Verdict& dane) {
  switch (domain.demand) {
    case Demand::off:
      return plain(Level::off, host, "off by configuration");
    case Demand::opportunistic:
      return plain(Level::opportunistic, host, {});
    case Demand::require:
      return plain(Level::encrypted, host, "required by configuration");
    case Demand::verify: {
      auto names = domain.match;
      if (names.empty()) names = {domain.name, "." + domain.name};
      if (domain.match.empty() && (domain.trust_mx || domain.mx_secure)) add_name(names, host);
      return by_web_pki(host, std::move(names), "verified by configuration", "web pki");
    }
    case Demand::dane:
      if (dane.kind == Kind::records) return by_tlsa(domain, dane);
      if (dane.kind == Kind::unknown) return std::unexpected(unknown_records(dane));
      return std::unexpected(no_records(domain, host, dane));
    case Demand::automatic:
      break;
  }
  return plain(Level::opportunistic, host, {});
}

Chosen by_sts(const Domain& domain, const std::string& host) {
  if (!mta_sts::names(*domain.sts, host)) return std::unexpected(not_in_the_policy(domain, host));
  auto policy = by_web_pki(host, {host}, "sts enforce", "sts");
  policy.published = Published::sts;
  return policy;
}

Chosen automatic(const Domain& domain, const std::string& host, const dane::Verdict& dane) {
  auto policy = plain(Level::opportunistic, host, {});
  if (domain.least_encrypted) {
    policy.level = Level::encrypted;
    policy.label = "required by configuration";
  }
  if (domain.tls_optional && !domain.requiretls) return policy;
  if (dane.kind == Kind::unknown) return std::unexpected(unknown_records(dane));
  if (dane.kind == Kind::records) return by_tlsa(domain, dane);
  if (has_sts(domain, mta_sts::Mode::enforce)) return by_sts(domain, host);
  if (dane.kind == Kind::unusable) {
    policy.level = Level::encrypted;
    policy.label = "dane, no usable record";
    policy.server_name = dane.base;
    policy.records = dane.records;
    policy.published = Published::tlsa;
  }
  if (has_sts(domain, mta_sts::Mode::testing)) {
    policy.label = policy.label.empty() ? "sts testing" : policy.label + ", sts testing";
    policy.published = Published::sts;
    policy.audited = true;
    if (!mta_sts::names(*domain.sts, host)) policy.foreseen = Failure::validation_failure;
  }
  return policy;
}

bool is_proved(const Domain& domain, const std::string& host) {
  if (domain.mx_secure || (domain.demand == Demand::verify && !domain.trust_mx)) return true;
  return domain.sts && domain.sts->mode != mta_sts::Mode::none && mta_sts::names(*domain.sts, host);
}

Chosen with_requiretls(Chosen chosen, const Domain& domain, const std::string& host) {
  if (!chosen) return chosen;
  const auto refused = [&](std::string enhanced, std::string text) {
    return std::unexpected(Refusal{
        {true, 550, std::move(enhanced), std::move(text)}, Failure::none, chosen->published, "requiretls"});
  };
  if (chosen->level == Level::off)
    return refused("5.7.10",
                   fmt::format("REQUIRETLS: our configuration turns TLS off for {}", shown(domain.name)));
  if (!is_proved(domain, host))
    return refused("5.7.30", fmt::format("REQUIRETLS: neither DNSSEC nor MTA-STS proves the mail hosts of {}",
                                         shown(domain.name)));
  auto policy = std::move(*chosen);
  if (policy.level < Level::web_pki) {
    policy.level = Level::web_pki;
    policy.names = {host};
    policy.verified_by = "web pki";
    policy.audited = false;
  }
  policy.label += policy.label.empty() ? "requiretls" : ", requiretls";
  return policy;
}

}  // namespace

Chosen policy_of(const Domain& domain, const std::string& host, const dane::Verdict& dane) {
  auto chosen =
      domain.demand == Demand::automatic ? automatic(domain, host, dane) : by_demand(domain, host, dane);
  return domain.requiretls ? with_requiretls(std::move(chosen), domain, host) : chosen;
}

std::string HostPolicy::key() const {
  auto key = fmt::format("{} {} {} {}", name_of(level), label, server_name, fmt::join(names, ","));
  for (const auto& record : records) key += " " + dane::to_text(record);
  return key;
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::off:
      return "off";
    case Level::opportunistic:
      return "opportunistic";
    case Level::encrypted:
      return "encrypted";
    case Level::web_pki:
      return "web pki";
    case Level::dane:
      break;
  }
  return "dane";
}

}  // namespace scop::tls_policy
