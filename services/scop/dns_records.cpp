#include "scop/dns_records.hpp"

#include <fmt/format.h>

namespace scop::command {

namespace {

constexpr std::size_t most_string = 255;  // RFC 1035 3.3

void add_addresses(std::vector<DnsRecord>& records, const DnsFacts& facts) {
  for (const auto& address : facts.addresses) {
    records.push_back({facts.host, address.contains(':') ? "AAAA" : "A", address, "where the mail host is"});
  }
  if (facts.addresses.empty()) {
    records.push_back(
        {facts.host, "A", "192.0.2.1", "where the mail host is: put its IPv4 address here", true});
    records.push_back({facts.host, "AAAA", "2001:db8::1", "and its IPv6 address, if it has one", true});
  }
}

void add_policies(std::vector<DnsRecord>& records, const DnsFacts& facts) {
  records.push_back(
      {facts.domain, "TXT", "v=spf1 mx -all", "SPF (RFC 7208): only the MX hosts send mail of this domain"});
  if (facts.host != facts.domain) {
    records.push_back({facts.host, "TXT", "v=spf1 a -all",
                       "SPF for the name in HELO, which is all that a bounce's sender has"});
  }
  for (const auto& key : facts.keys) {
    records.push_back({key.selector + "._domainkey." + key.domain, "TXT", key.record,
                       fmt::format("DKIM (RFC 6376): the public key of our {} signatures", key.algorithm)});
  }
  records.push_back({"_dmarc." + facts.domain, "TXT",
                     "v=DMARC1; p=quarantine; rua=mailto:postmaster@" + facts.domain,
                     "DMARC (RFC 7489): what is not ours goes to Junk; reports tell when p=reject is safe"});
  records.push_back({"_smtp._tls." + facts.domain, "TXT", "v=TLSRPTv1; rua=mailto:postmaster@" + facts.domain,
                     "TLS-RPT (RFC 8460): others report when they could not encrypt mail to us"});
}

}  // namespace

std::vector<DnsRecord> dns_records(const DnsFacts& facts) {
  std::vector<DnsRecord> records;
  records.push_back({facts.domain, "MX", fmt::format("10 {}.", facts.host),
                     "where mail for the domain goes (RFC 5321 5.1)"});
  add_addresses(records, facts);
  add_policies(records, facts);
  records.push_back({"_submissions._tcp." + facts.domain, "SRV",
                     fmt::format("0 1 {} {}.", facts.submissions_port, facts.host),
                     "mail programs find the submission port with TLS (RFC 8314 5.1)"});
  records.push_back({"_submission._tcp." + facts.domain, "SRV",
                     fmt::format("10 1 {} {}.", facts.submission_port, facts.host),
                     "and the one with STARTTLS (RFC 6186)"});
  return records;
}

std::string zone_line(const DnsRecord& record) {
  auto value = record.value;
  if (record.type == "TXT") {
    value.clear();
    for (std::string_view rest = record.value; !rest.empty();
         rest.remove_prefix(std::min(rest.size(), most_string))) {
      value += fmt::format("{}\"{}\"", value.empty() ? "" : " ", rest.substr(0, most_string));
    }
  }
  return fmt::format("{}{}. IN {} {}", record.is_placeholder ? "; " : "", record.name, record.type, value);
}

}  // namespace scop::command
