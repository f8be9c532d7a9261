// Where mail for the domain goes, and who may send as it.
#include <fmt/format.h>

#include <algorithm>

#include "dns/name.hpp"
#include "dns/rdata.hpp"
#include "dns/reverse.hpp"
#include "scop/dns_check.hpp"
#include "settings/courier.hpp"
#include "spf/evaluation.hpp"

namespace scop::command {

namespace {

using domain_records::Kind;

void check_mx_host(const CheckWorld& world, const std::string& host, Findings& findings) {
  const auto subject = fmt::format("{} MX", world.facts.domain);
  const auto alias = world.look_up({host, dns::Type::cname});
  if (!alias.records.empty()) {
    findings.problem(subject,
                     fmt::format("{} is an alias (CNAME to {})", host,
                                 domain_records::zone_text(dns::Type::cname, alias.records.front())),
                     "an MX names a host with addresses (RFC 5321 5.1, RFC 2181 10.3): name that host");
  }
  if (addresses_of(world.look_up, host).empty()) {
    findings.problem(subject, fmt::format("{} has no address", host), "give it A or AAAA records");
  }
}

spf::Verdict evaluate(const CheckWorld& world, const dns::Address& client, spf::Identity identity,
                      const std::string& helo) {
  spf::Evaluation evaluation({.client = client,
                              .mail_from = "postmaster@" + world.facts.domain,
                              .helo = helo,
                              .identity = identity,
                              .now = std::chrono::floor<std::chrono::seconds>(now())});
  while (!evaluation.done()) {
    const auto wanted = evaluation.wanted();
    if (wanted.empty()) break;
    for (const auto& question : wanted) evaluation.answer(question, world.look_up(question));
  }
  return evaluation.result();
}

void check_authorised(const CheckWorld& world, const std::string& domain, spf::Identity identity,
                      const std::string& helo, Findings& findings) {
  const auto subject = domain + " SPF";
  for (const auto& address : world.source_addresses) {
    const auto verdict = evaluate(world, address, identity, helo);
    if (verdict.result == spf::Result::pass) {
      findings.ok(subject, fmt::format("lets {} send ({})", address.text(), verdict.mechanism));
    } else {
      findings.problem(
          subject,
          fmt::format("does not let {} send, where our mail leaves from: {}: {}", address.text(),
                      spf::name_of(verdict.result), verdict.reason),
          fmt::format("add {}:{} or what names it, or set [dns] spf and spf_include and `scop dns publish`",
                      address.is_v6() ? "ip6" : "ip4", address.text()));
    }
  }
}

// False: evaluation would only repeat it.
bool check_count(const CheckWorld& world, const std::string& domain, Findings& findings) {
  const auto texts = texts_of(world, domain, Kind::spf);
  if (texts.size() > 1) {
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : " and ") + text;
    findings.problem(domain + " SPF",
                     fmt::format("has {} SPF records, which is as bad as a wrong one: {}", texts.size(), all),
                     "keep one (RFC 7208 3.2)");
  }
  return texts.size() == 1;
}

}  // namespace

void check_mx(const CheckWorld& world, Findings& findings) {
  const auto answer = world.look_up({world.facts.domain, dns::Type::mx});
  bool is_ours = false;
  for (const auto& rdata : answer.records) {
    const auto mx = dns::read_mx(rdata);
    if (!mx) continue;
    if (mx->exchange == ".") {
      findings.problem(world.facts.domain + " MX", "says that the domain takes no mail (RFC 7505)",
                       "remove it");
      continue;
    }
    is_ours = is_ours || dns::canonical_text(mx->exchange) == world.facts.host;
    check_mx_host(world, dns::canonical_text(mx->exchange), findings);
  }
  if (!answer.records.empty() && !is_ours) {
    findings.problem(world.facts.domain + " MX", "names other hosts, none of them ours: mail goes elsewhere",
                     fmt::format("publish 10 {}.", world.facts.host));
  }
}

void check_spf(const CheckWorld& world, Findings& findings) {
  const auto courier = settings::read_courier(world.instance.document(), world.facts.host);
  if (world.source_addresses.empty()) {
    findings.warning(world.facts.domain + " SPF", "cannot be tried: nobody knows where our mail leaves from",
                     "set [dns] addresses");
  }
  const auto& helo = courier.helo;
  if (check_count(world, world.facts.domain, findings))
    check_authorised(world, world.facts.domain, spf::Identity::mail_from, helo, findings);
  if (helo != world.facts.domain && check_count(world, helo, findings))
    check_authorised(world, helo, spf::Identity::helo, helo, findings);
}

void check_reverse_names(const CheckWorld& world, Findings& findings) {
  const auto helo =
      dns::canonical_text(settings::read_courier(world.instance.document(), world.facts.host).helo);
  for (const auto& address : world.source_addresses) {
    const auto zone = address.is_v6() ? ".ip6.arpa" : ".in-addr.arpa";
    const auto answer = world.look_up({dns::reversed_labels(address) + zone, dns::Type::ptr});
    const auto subject = address.text() + " PTR";
    const auto remedy = fmt::format("ask who gave you the address to set its reverse name to {}", helo);
    std::set<std::string> names;
    for (const auto& rdata : answer.records) {
      if (const auto name = dns::read_name(rdata)) names.insert(dns::canonical_text(*name));
    }
    const auto forward = addresses_of(world.look_up, helo);
    if (names.empty()) {
      findings.problem(subject, "is missing: many servers refuse mail without it", remedy);
    } else if (!names.contains(helo)) {
      findings.problem(subject, fmt::format("is {}, but we say HELO {}", *names.begin(), helo), remedy);
    } else if (std::ranges::find(forward, address) == forward.end()) {
      findings.problem(subject, fmt::format("is {}, which does not have this address", helo),
                       "give that name an address record with it");
    } else {
      findings.ok(subject, fmt::format("is {} and back", helo));
    }
  }
}

}  // namespace scop::command
