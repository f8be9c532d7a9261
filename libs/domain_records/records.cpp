#include "domain_records/records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dns/name.hpp"
#include "domain_records/caa.hpp"

namespace scop::domain_records {

namespace {

std::string wire(std::string_view name) { return dns::name_to_wire(name).value_or(std::string(1, '\0')); }

std::string srv(std::uint16_t priority, std::uint16_t weight, std::uint16_t port, std::string_view target) {
  std::string out;
  for (const auto number : {priority, weight, port}) {
    out += static_cast<char>(number >> 8U);
    out += static_cast<char>(number & 0xffU);
  }
  return out + wire(target);
}

Record text(Kind kind, std::string name, std::string_view value, std::string reason) {
  return {kind, std::move(name), dns::Type::txt, dns::txt_to_rdata(value), std::move(reason)};
}

std::string joined(const std::vector<std::string>& uris) {
  std::string out;
  for (const auto& uri : uris) out += (out.empty() ? "" : ",") + uri;
  return out;
}

std::string mechanism(const dns::Address& address) {
  return fmt::format(" {}:{}", address.is_v6() ? "ip6" : "ip4", address.text());
}

void add_addresses(std::vector<Record>& records, const Facts& facts) {
  const auto add = [&](const dns::Address& address, std::string reason, bool is_placeholder) {
    records.push_back({Kind::address, facts.host, address.is_v6() ? dns::Type::aaaa : dns::Type::a,
                       address.octets(), std::move(reason), true, is_placeholder});
  };
  for (const auto& address : facts.addresses) add(address, "where the mail host is", false);
  if (!facts.addresses.empty()) return;
  add(*dns::Address::from_text("192.0.2.1"), "where the mail host is: put its IPv4 address here", true);
  add(*dns::Address::from_text("2001:db8::1"), "and its IPv6 address, if it has one", true);
}

void add_authentication(std::vector<Record>& records, const Facts& facts) {
  records.push_back(text(Kind::spf, facts.domain, spf_of_domain(facts),
                         facts.policy.spf_by_address
                             ? "SPF (RFC 7208): who sends mail of this domain"
                             : "SPF (RFC 7208): only the MX hosts send mail of this domain"));
  if (facts.host != facts.domain) {
    records.push_back(text(Kind::spf, facts.host, spf_of_host(facts),
                           "SPF for the name in HELO, which is all that a bounce's sender has"));
    records.back().is_of_host = true;
  }
  for (const auto& key : facts.keys) {
    if (key.state != "removing") records.push_back(dkim_record(key));
  }
}

void add_policies(std::vector<Record>& records, const Facts& facts) {
  const auto& policy = facts.policy;
  const auto postmaster = std::vector<std::string>{"mailto:postmaster@" + facts.domain};
  const auto dmarc_reports = joined(policy.has_dmarc_reports ? policy.dmarc_reports : postmaster);
  records.push_back(
      text(Kind::dmarc, "_dmarc." + facts.domain,
           fmt::format("v=DMARC1; p={}{}{}{}{}", policy.dmarc, policy.dmarc_subdomains.empty() ? "" : "; sp=",
                       policy.dmarc_subdomains, dmarc_reports.empty() ? "" : "; rua=", dmarc_reports),
           policy.dmarc == "reject"
               ? "DMARC (RFC 7489): what is not ours is to be refused"
               : "DMARC (RFC 7489): what is not ours goes to Junk; reports tell when p=reject is safe"));
  const auto tls_reports = joined(policy.has_tls_reports ? policy.tls_reports : postmaster);
  if (!tls_reports.empty()) {
    records.push_back(text(Kind::tls_rpt, "_smtp._tls." + facts.domain, "v=TLSRPTv1; rua=" + tls_reports,
                           "TLS-RPT (RFC 8460): others report when they could not encrypt mail to us"));
  }
  if (!facts.mta_sts_id.empty()) {
    records.push_back(text(Kind::mta_sts, "_mta-sts." + facts.domain,
                           fmt::format("v=STSv1; id={};", facts.mta_sts_id),
                           "MTA-STS (RFC 8461): the policy's id; a new one makes others fetch it again"));
  }
}

void add_served_keys(std::vector<Record>& records, const Facts& facts) {
  for (const auto& served : facts.served) {
    Record record{Kind::tlsa,
                  fmt::format("_{}._tcp.{}", served.port, facts.host),
                  dns::Type::tlsa,
                  dns::to_rdata(served.tlsa),
                  fmt::format("DANE (RFC 7672): the key {} on port {}",
                              served.is_next ? "that comes next" : "served", served.port),
                  true};
    const auto same = [&](const Record& other) {
      return other.name == record.name && other.rdata == record.rdata;
    };
    if (std::ranges::none_of(records, same)) records.push_back(std::move(record));
  }
}

void add_services(std::vector<Record>& records, const Facts& facts) {
  const auto add = [&](std::string_view service, std::string rdata, std::string reason,
                       Kind kind = Kind::srv) {
    records.push_back({kind, fmt::format("{}._tcp.{}", service, facts.domain), dns::Type::srv,
                       std::move(rdata), std::move(reason)});
  };
  add("_submissions", srv(0, 1, facts.submissions_port, facts.host),
      "mail programs find the submission port with TLS (RFC 8314 5.1)");
  add("_submission", srv(10, 1, facts.submission_port, facts.host), "and the one with STARTTLS (RFC 6186)");
  if (facts.imaps) {
    add("_imaps", srv(0, 1, facts.imaps->port, facts.imaps->host), "and where mail is read (RFC 6186)");
    add("_imap", srv(0, 0, 0, "."), "but not in clear text (RFC 6186 3.4)");
  }
  if (facts.has_web) {
    add("_autodiscover", srv(0, 1, 443, "autodiscover." + facts.domain), "Outlook finds its settings");
  }
  if (facts.matrix) {
    add("_matrix-fed", srv(10, 5, facts.matrix->port, facts.matrix->host), "Matrix servers find ours",
        Kind::matrix);
  }
}

void add_aliases(std::vector<Record>& records, const Facts& facts) {
  const auto add = [&](std::string_view label, std::string reason) {
    records.push_back({Kind::alias, fmt::format("{}.{}", label, facts.domain), dns::Type::cname,
                       wire(facts.host), std::move(reason)});
  };
  if (!facts.has_web) return;
  if (!facts.mta_sts_id.empty()) add("mta-sts", "where the MTA-STS policy is fetched (RFC 8461 3.2)");
  add("autoconfig", "Thunderbird and others find their settings");
  add("autodiscover", "Outlook finds its settings");
}

Outcome<> add_caa(std::vector<Record>& records, const Facts& facts) {
  std::vector<std::string> names{facts.domain};
  if (!is_within(facts.host, facts.domain)) names.push_back(facts.host);
  for (const auto& wanted : facts.policy.caa) {
    const auto caa = caa_from_text(wanted);
    if (!caa)
      return failure(caa.error().kind, fmt::format("[dns] caa: \"{}\": {}", wanted, caa.error().what));
    const auto rdata = to_rdata(*caa);
    if (!rdata) return std::unexpected(rdata.error());
    for (const auto& name : names) {
      records.push_back({Kind::caa, name, dns::Type::caa, *rdata,
                         "CAA (RFC 8659): who may issue certificates for these names", name == facts.host});
    }
  }
  return {};
}

}  // namespace

Record dkim_record(const DkimKey& key) {
  const auto state = key.state.empty() ? std::string() : fmt::format(" ({})", key.state);
  return text(Kind::dkim, key.selector + "._domainkey." + key.domain, key.record,
              fmt::format("DKIM (RFC 6376): the public key of our {} signatures{}", key.algorithm, state));
}

std::string spf_of_domain(const Facts& facts) {
  std::string spf = "v=spf1";
  if (!facts.policy.spf_by_address) spf += " mx";
  for (const auto& address : facts.addresses) {
    if (facts.policy.spf_by_address) spf += mechanism(address);
  }
  for (const auto& address : facts.source_addresses) {
    if (std::ranges::find(facts.addresses, address) == facts.addresses.end()) spf += mechanism(address);
  }
  for (const auto& name : facts.policy.spf_include) spf += " include:" + name;
  return spf + " " + facts.policy.spf_all;
}

std::string spf_of_host(const Facts& facts) {
  std::string spf = "v=spf1 a";
  for (const auto& address : facts.source_addresses) {
    if (std::ranges::find(facts.addresses, address) == facts.addresses.end()) spf += mechanism(address);
  }
  return spf + " -all";
}

Outcome<std::vector<Record>> records_of(const Facts& facts) {
  std::vector<Record> records;
  const auto mx = dns::to_rdata(dns::Mx{10, facts.host});
  if (!mx) return std::unexpected(mx.error());
  records.push_back(
      {Kind::mx, facts.domain, dns::Type::mx, *mx, "where mail for the domain goes (RFC 5321 5.1)"});
  add_addresses(records, facts);
  add_authentication(records, facts);
  add_policies(records, facts);
  add_served_keys(records, facts);
  add_services(records, facts);
  add_aliases(records, facts);
  if (auto added = add_caa(records, facts); !added) return std::unexpected(std::move(added.error()));
  return records;
}

}  // namespace scop::domain_records
