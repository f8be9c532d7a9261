// Times of reports (RFC 3339 5.6): "2026-11-21T00:00:00Z", with a fraction or another zone too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scop::tls_report {

std::optional<std::int64_t> parse_timestamp(std::string_view text);  // seconds since 1970, UTC
std::string format_timestamp(std::int64_t seconds);                  // years 1970 to 9999, others are clamped

}  // namespace scop::tls_report
