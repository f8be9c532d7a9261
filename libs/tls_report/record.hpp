// The TXT record at _smtp._tls.<domain> (RFC 8460 3): whom the domain wants told.
//
//   tlsrpt-record  = "v=TLSRPTv1" 1*(field-delim tlsrpt-field) [field-delim]
//   field-delim    = *WSP ";" *WSP
//   tlsrpt-field   = "rua=" uri *(*WSP "," *WSP uri) / name "=" value
//   name           = (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")
//   value          = 1*(%x21-3A / %x3C / %x3E-7E)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::tls_report {

inline constexpr std::size_t longest_record = 4'096;
inline constexpr std::size_t most_fields = 32;
inline constexpr std::size_t most_uris = 10;

struct Record {
  std::vector<std::string> rua;  // of every rua field, in order; of any scheme
  bool operator==(const Record&) const = default;
};

// malformed or too_large, with the place.
Outcome<Record> parse_record(std::string_view text);

// From all TXT RDATA of the name: exactly one that begins as a record of ours, else nobody wants reports
// (nullopt); malformed where that one is broken.
Outcome<std::optional<Record>> record_among(const std::vector<std::string>& txt_rdata);

// "_smtp._tls.example.com"
std::string record_name(std::string_view domain);

}  // namespace scop::tls_report
