// Times on the command line.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace scop::command {

// Seconds since 1970, or RFC 3339 in UTC: "2026-11-21T10:00:00Z", "2026-11-21 10:00:00", "2026-11-21".
std::optional<std::chrono::sys_seconds> parse_time(std::string_view text);

}  // namespace scop::command
