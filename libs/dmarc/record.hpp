// DMARC policy records (RFC 9989 4.7 and 4.8, before it RFC 7489 6.3 and 6.4): tag=value lists. Where the two
// differ RFC 9989 wins: a tag with a bad value counts as absent, pct, rf and ri do nothing, p= may stand
// anywhere behind v=.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::dmarc {

inline constexpr std::size_t longest_record = 16'384;  // octets
inline constexpr std::size_t most_uris = 20;           // of rua= and of ruf=; the rest is left out

enum class Policy : std::uint8_t { none, quarantine, reject };
std::string_view name_of(Policy policy);

enum class Alignment : std::uint8_t { relaxed, strict };
enum class Psd : std::uint8_t { unknown, yes, no };

struct ReportUri {
  std::string uri;  // "mailto:dmarc@example.com", without the size
  // RFC 7489's "!10m", in octets; RFC 9989 ignores it, and so may the reporter.
  std::optional<std::uint64_t> most_octets;
  bool operator==(const ReportUri&) const = default;
};

struct Record {
  Policy p = Policy::none;
  std::optional<Policy> sp;
  std::optional<Policy> np;
  Psd psd = Psd::unknown;
  bool testing = false;  // t=y
  Alignment adkim = Alignment::relaxed;
  Alignment aspf = Alignment::relaxed;
  std::vector<ReportUri> rua;  // syntactically valid URIs, of any scheme
  std::vector<ReportUri> ruf;
  std::vector<char> fo{'0'};  // of "01ds"
  // RFC 9989 4.10.1: p= missing or bad, or sp= or np= bad. With a usable rua= all three count as "none";
  // without one the mechanism does not apply.
  bool without_policy = false;
  std::string text;  // as published
  bool operator==(const Record&) const = default;
};

// Whether `text` starts with the version: what does not is some other TXT record, to be passed over.
bool is_record(std::string_view text);

// Malformed: no version, or octets that are neither printable nor white space. too_large. Errors within a tag
// only drop the tag.
Outcome<Record> parse_record(std::string_view text);

}  // namespace scop::dmarc
