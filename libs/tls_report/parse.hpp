// TLS reports of others (RFC 8460 4.4): strict in shape, bounded in size, depth and count; unknown members
// are passed over.
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "tls_report/report.hpp"

namespace scop::tls_report {

inline constexpr std::size_t most_json = 16U << 20U;
inline constexpr std::size_t most_policies = 10'000;
inline constexpr std::size_t most_details = 100'000;  // of all policies together
inline constexpr std::size_t most_json_depth = 16;

// malformed (with the member's name) or too_large.
Outcome<Report> parse_json(std::string_view text);

}  // namespace scop::tls_report
