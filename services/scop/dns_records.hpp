// What the world must find in the DNS for mail of a domain to work, with one line of reason each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scop/dkim_files.hpp"

namespace scop::command {

struct DnsRecord {
  std::string name;  // without the last dot
  std::string type;
  std::string value;  // as in a zone file, but a TXT's text is one piece without quotes
  std::string reason;
  bool is_placeholder = false;  // holds something the administrator must fill in
};

struct DnsFacts {
  std::string domain;
  std::string host;
  std::vector<std::string> addresses;  // of the host; empty: unknown
  std::uint16_t submission_port = 587;
  std::uint16_t submissions_port = 465;
  std::vector<PublicKey> keys;
};

std::vector<DnsRecord> dns_records(const DnsFacts& facts);

// One line of a master file (RFC 1035 5.1): TXT in quoted pieces of at most 255 octets. Placeholders are
// commented out.
std::string zone_line(const DnsRecord& record);

}  // namespace scop::command
