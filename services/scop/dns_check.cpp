#include "scop/dns_check.hpp"

#include <fmt/format.h>

#include "dns/name.hpp"
#include "dns/rdata.hpp"
#include "scop/dns_facts.hpp"
#include "scop/dns_found.hpp"
#include "settings/courier.hpp"

namespace scop::command {

namespace {

constexpr std::chrono::seconds patience{20};

// One answer for one question: what is compared has to be the same throughout.
LookUp with_memory(LookUp look_up) {
  auto known = std::make_shared<std::map<dns::Question, dns::Answer>>();
  return [known, look_up = std::move(look_up)](const dns::Question& question) {
    const auto at = known->find(question);
    if (at != known->end()) return at->second;
    return known->emplace(question, look_up(question)).first->second;
  };
}

// The courier knows best; else what is configured, else the host itself.
std::vector<dns::Address> sources_of(const Instance& instance, const domain_records::Facts& facts) {
  v1::ExplainRequest request;
  request.set_domain(facts.domain);
  std::vector<dns::Address> found;
  if (const auto explained = instance.call("courier", pipe::methods::explain, request, patience)) {
    for (const auto& text : explained->source_addresses()) {
      const auto address = dns::Address::from_text(text);
      if (address && !address->is_never_remote()) found.push_back(*address);
    }
  }
  if (found.empty()) found = facts.source_addresses;
  return found.empty() ? facts.addresses : found;
}

// False: the configuration is wrong; that has been said.
bool check_domain(const Context& context, const Instance& instance, const std::string& domain,
                  const LookUp& look_up, Findings& findings) {
  const auto facts = facts_of(context, instance, {.domain = domain, .addresses = {}});
  const auto records = facts ? records_of(context, *facts) : std::nullopt;
  if (!records) return false;
  const CheckWorld world{.instance = instance,
                         .facts = *facts,
                         .records = *records,
                         .look_up = look_up,
                         .source_addresses = sources_of(instance, *facts),
                         .authorities = settings::read_courier(instance.document(), facts->host).authorities};
  if (facts->policy.addresses.empty()) {
    findings.warning(facts->host,
                     "[dns] addresses is not set: nobody can say whether its addresses are right",
                     "set it to the host's public addresses");
  }
  for (const auto check : {check_records, check_mx, check_spf, check_reverse_names, check_dkim,
                           check_policies, check_caa, check_served, check_sts})
    check(world, findings);
  return true;
}

}  // namespace

std::vector<std::string> texts_of(const CheckWorld& world, const std::string& name,
                                  domain_records::Kind kind) {
  std::vector<std::string> texts;
  for (const auto& rdata : world.look_up({name, dns::Type::txt}).records) {
    if (domain_records::plays_part(kind, rdata)) texts.push_back(domain_records::text_of(rdata));
  }
  return texts;
}

std::vector<dns::Address> addresses_of(const LookUp& look_up, const std::string& host) {
  std::vector<dns::Address> addresses;
  for (const auto type : {dns::Type::a, dns::Type::aaaa}) {
    for (const auto& rdata : look_up({host, type}).records) {
      if (const auto address = dns::Address::from_octets(rdata)) addresses.push_back(*address);
    }
  }
  return addresses;
}

std::vector<net::Endpoint> endpoints_of(const CheckWorld& world, const std::vector<dns::Address>& addresses,
                                        std::uint16_t port) {
  std::vector<net::Endpoint> endpoints;
  if (const auto probe = world.facts.policy.probe.find(port); probe != world.facts.policy.probe.end()) {
    if (const auto endpoint = net::parse_endpoint(probe->second)) endpoints.push_back(*endpoint);
    return endpoints;
  }
  for (const auto& address : addresses) {
    boost::system::error_code error;
    const auto parsed = asio::ip::make_address(address.text(), error);
    if (!error) endpoints.emplace_back(parsed, port);
  }
  return endpoints;
}

bool find_in_domains(const Context& context, const Instance& instance,
                     const std::vector<std::string>& domains, Findings& findings) {
  const auto look_up = with_memory(live_dns(context));
  return std::ranges::all_of(domains, [&](const std::string& domain) {
    return check_domain(context, instance, domain, look_up, findings);
  });
}

int check_domains(const Context& context, const Instance& instance, const std::vector<std::string>& domains) {
  Findings findings;
  if (!find_in_domains(context, instance, domains, findings)) return wrong_usage;
  print(context, findings);
  return findings.has_problems() ? declined : good;
}

}  // namespace scop::command
