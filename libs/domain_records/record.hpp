// One record that the world must find, with the reason for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dns/type.hpp"

namespace scop::domain_records {

enum class Kind : std::uint8_t {
  mx,
  address,
  spf,
  dkim,
  dmarc,
  mta_sts,
  tls_rpt,
  tlsa,
  srv,
  alias,  // autoconfig, autodiscover, mta-sts: names of the web daemon
  matrix,
  caa,
};
// As [dns] publish has it: "mx", "addresses" …
std::string_view name_of(Kind kind);

struct Record {
  Kind kind{};
  std::string name;  // presentation form, A-labels, lower case, without the last dot
  dns::Type type = dns::Type::txt;
  std::string rdata;  // wire form
  std::string reason;
  bool is_of_host = false;      // of the mail host: one for all domains
  bool is_placeholder = false;  // holds something the administrator must fill in
  bool operator==(const Record&) const = default;
};

// RDATA as a zone file has it: names with their last dot, TXT in quoted pieces of at most 255 octets.
std::string zone_text(dns::Type type, std::string_view rdata);
// For people and JSON: a TXT's text is one piece without quotes.
std::string value_of(const Record& record);

// One line of a master file (RFC 1035 5.1). Placeholders are commented out.
std::string zone_line(const Record& record);

// Whether a record of the kind's type at its name plays the kind's part: of the TXT records of a name only
// those that begin with the mechanism's version do (RFC 7208 4.5 …), of other types every one.
bool plays_part(Kind kind, std::string_view rdata);

// A TXT's strings joined; empty where the RDATA is none.
std::string text_of(std::string_view rdata);

// `name` is `zone` or below it; both without last dots, lower case.
bool is_within(std::string_view name, std::string_view zone);

}  // namespace scop::domain_records
