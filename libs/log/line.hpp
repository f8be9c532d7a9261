// One log line as octets, its newline included. Control characters, C1 controls and octets that are no UTF-8
// are escaped, so that no value can forge a line or drive a terminal.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "log/form.hpp"
#include "log/log.hpp"

namespace scop {

// text: `2026-01-02T03:04:05.678Z info relay message key=value key="value with spaces"`
// json: `{"time":"…","level":"info","daemon":"relay","message":"…","key":"value"}`
std::string log_line(LogForm form, Time time, LogLevel level, std::string_view daemon,
                     std::string_view message, std::span<const LogPair> pairs);
inline std::string log_line(LogForm form, Time time, LogLevel level, std::string_view daemon,
                            std::string_view message, std::initializer_list<LogPair> pairs) {
  return log_line(form, time, level, daemon, message, std::span<const LogPair>(pairs));
}

}  // namespace scop
