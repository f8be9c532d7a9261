// CAA RDATA (RFC 8659 4.1) ⇄ values, and the text of a zone file. Strict: tags are letters and digits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::domain_records {

struct Caa {
  std::uint8_t flags = 0;  // 128: critical
  std::string tag;         // "issue", lower case
  std::string value;       // "letsencrypt.org; accounturi=…"
  bool operator==(const Caa&) const = default;
};

Outcome<Caa> read_caa(std::string_view rdata);
Outcome<std::string> to_rdata(const Caa& caa);
// As the configuration has it: "issue letsencrypt.org", "128 issuewild ;".
Outcome<Caa> caa_from_text(std::string_view text);
// `0 issue "letsencrypt.org"`
std::string to_text(const Caa& caa);

// The CA's name in an issue or issuewild value: what stands before the first ";", trimmed, lower case.
std::string issuer_of(const Caa& caa);

}  // namespace scop::domain_records
