// From what is known of an instance to the records that the world must find about one of its domains. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "dns/address.hpp"
#include "dns/rdata.hpp"
#include "domain_records/record.hpp"
#include "settings/dns.hpp"

namespace scop::domain_records {

struct DkimKey {
  std::string domain;
  std::string selector;
  std::string algorithm;  // "rsa-sha256"
  std::string record;     // the TXT value
  std::string state;      // of its life, as the signer tells it; empty: signing
};

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

// The public key of a certificate that is served at a port of the host, or will be.
struct ServedKey {
  std::uint16_t port = 25;
  dns::Tlsa tlsa;
  bool is_next = false;
};

struct Facts {
  std::string domain;
  std::string host;
  std::vector<dns::Address> addresses;         // of the host; none: unknown
  std::vector<dns::Address> source_addresses;  // mail leaves from these too
  std::uint16_t submission_port = 587;
  std::uint16_t submissions_port = 465;
  std::optional<HostPort> imaps;
  std::optional<HostPort> matrix;  // federation
  std::vector<DkimKey> keys;
  std::vector<ServedKey> served;
  std::string mta_sts_id;   // empty: no policy is served
  bool has_web = false;     // the web daemon answers for the domain's names
  bool is_complete = true;  // false: keys or certificates that there are could not be read
  settings::Dns policy;
};

Record dkim_record(const DkimKey& key);

// malformed: [dns] caa.
Outcome<std::vector<Record>> records_of(const Facts& facts);

// What the domain's own SPF record says, and the one of the name in HELO.
std::string spf_of_domain(const Facts& facts);
std::string spf_of_host(const Facts& facts);

}  // namespace scop::domain_records
