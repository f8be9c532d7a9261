// The [dns] section: what `scop dns` publishes about our domains, and at which primary. No daemon reads it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct Dns {
  std::string primary;                  // "127.0.0.1:53"; empty: nothing is published, only shown
  std::filesystem::path tsig_key_file;  // the operator's key, as tsig-keygen writes it
  std::string tsig_name;                // empty: the name in the file
  std::vector<std::string> zones;       // the longest that holds a name; none: each domain is its own zone
  std::uint32_t ttl = 3600;
  std::vector<std::string> publish;    // kinds of records, by their names in libs/domain_records
  std::vector<std::string> addresses;  // of the mail host, as the world sees it
  std::vector<std::string> spf_include;
  bool spf_by_address = false;  // spf = "addresses": ip4: and ip6: instead of mx
  std::string spf_all = "-all";
  std::string dmarc = "quarantine";        // p=
  std::string dmarc_subdomains;            // sp=; empty: as p
  std::vector<std::string> dmarc_reports;  // rua=; default mailto:postmaster@<domain>
  bool has_dmarc_reports = false;          // given, perhaps as []
  std::vector<std::string> tls_reports;    // rua= of TLS-RPT
  bool has_tls_reports = false;
  std::vector<std::string> caa;                // "issue letsencrypt.org", "iodef mailto:security@example.org"
  std::vector<std::string> resolvers;          // "192.0.2.53:53": asked by `scop dns check` beside our own
  std::map<std::uint16_t, std::string> probe;  // public port → where `scop dns check` connects instead
};

// The kinds that `publish` may name; all of them is the default.
std::vector<std::string> publishable_kinds();

Dns read_dns(const config::Document& document);

}  // namespace scop::settings
