// One line of a daemon's log, taken apart again: both forms of log/line.hpp. A line that has neither form (a
// crash's trace) is an entry with nothing but its text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scop::command {

struct LogEntry {
  std::string time;  // RFC 3339; they sort as text
  std::string level;
  std::string daemon;
  std::string message;
  std::vector<std::pair<std::string, std::string>> pairs;
  bool operator==(const LogEntry&) const = default;
};

LogEntry parse_log_line(std::string_view line);

}  // namespace scop::command
