// scop dns check: the live DNS and the servers behind it, looked at as the world does.
#pragma once

#include <string>
#include <vector>

#include "domain_records/records.hpp"
#include "primary/primary.hpp"
#include "scop/dns_findings.hpp"
#include "scop/instance.hpp"
#include "scop/live_dns.hpp"

namespace scop::command {

// What one domain is checked with.
struct CheckWorld {
  const Instance& instance;
  const domain_records::Facts& facts;
  const std::vector<domain_records::Record>& records;  // as configured
  const LookUp& look_up;                       // through our resolver; every answer is kept for the run
  std::vector<dns::Address> source_addresses;  // mail leaves from these
  std::filesystem::path authorities;           // PEM; empty: the system's
};

int check_domains(const Context& context, const Instance& instance, const std::vector<std::string>& domains);

// Each record is present, as wanted, signed, and the same at every server.
void check_records(const CheckWorld& world, Findings& findings);
// One by one: what another mail server makes of them.
void check_mx(const CheckWorld& world, Findings& findings);
void check_spf(const CheckWorld& world, Findings& findings);
void check_reverse_names(const CheckWorld& world, Findings& findings);
void check_dkim(const CheckWorld& world, Findings& findings);
void check_policies(const CheckWorld& world, Findings& findings);  // DMARC, TLS-RPT
void check_caa(const CheckWorld& world, Findings& findings);
// The certificates that are served, and whether TLSA records and names fit them.
void check_served(const CheckWorld& world, Findings& findings);
// The MTA-STS policy that is fetched.
void check_sts(const CheckWorld& world, Findings& findings);

// The TXT texts of a name that play the part.
std::vector<std::string> texts_of(const CheckWorld& world, const std::string& name,
                                  domain_records::Kind kind);
std::vector<dns::Address> addresses_of(const LookUp& look_up, const std::string& host);
// Where a public port is looked at: the host's addresses, or what [dns] probe says instead.
std::vector<net::Endpoint> endpoints_of(const CheckWorld& world, const std::vector<dns::Address>& addresses,
                                        std::uint16_t port);

}  // namespace scop::command
