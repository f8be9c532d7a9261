// The policy at https://mta-sts.<domain>/.well-known/mta-sts.txt (RFC 8461 3.2), and which hosts it names
// (4.1).
//
//   field = name ":" *WSP value *WSP, ended by LF or CRLF
//   version: STSv1    mode: enforce | testing | none    max_age: 1*10DIGIT    mx: ["*."] domain
//   others: ext-name as in the record; printable ASCII and UTF-8
//
// Of a repeated field, but for mx, the first one counts. A line of nothing is skipped.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::mta_sts {

inline constexpr std::size_t most_octets = 64U << 10U;  // RFC 8461 3.3
inline constexpr std::size_t most_patterns = 1000;
inline constexpr std::uint32_t longest_age = 31'557'600;  // RFC 8461 3.2: a year

enum class Mode : std::uint8_t { none, testing, enforce };
std::string_view name_of(Mode mode);

struct Policy {
  Mode mode = Mode::none;
  std::vector<std::string> mx;  // lower case; "*.example" stands for one label more
  std::uint32_t max_age = 0;    // seconds, at most longest_age
  bool operator==(const Policy&) const = default;
};

Outcome<Policy> parse_policy(std::string_view text);
bool is_pattern(std::string_view text);         // lower case
bool is_extension_name(std::string_view text);  // of record and policy

// `host` in A-labels; ASCII case is ignored.
bool names(const Policy& policy, std::string_view host);

// One text for each field, as RFC 8460 4.4 has it in a policy-string.
std::vector<std::string> lines_of(const Policy& policy);

}  // namespace scop::mta_sts
