#include "log/log.hpp"

#include <unistd.h>

#include <cerrno>
#include <span>

#include "log/line.hpp"
#include "log/observer.hpp"

namespace scop {

namespace {

LogObserver& observer() {
  static LogObserver set;
  return set;
}

}  // namespace

void observe_log(LogObserver chosen) { observer() = std::move(chosen); }

Log::Log(std::string daemon, LogForm form, LogLevel least, int descriptor)
    : daemon_(std::move(daemon)), form_(form), least_(least), descriptor_(descriptor) {}

void Log::debug(std::string_view message, std::initializer_list<LogPair> pairs) const {
  write(LogLevel::debug, message, std::span<const LogPair>(pairs));
}
void Log::info(std::string_view message, std::initializer_list<LogPair> pairs) const {
  write(LogLevel::info, message, std::span<const LogPair>(pairs));
}
void Log::warning(std::string_view message, std::initializer_list<LogPair> pairs) const {
  write(LogLevel::warning, message, std::span<const LogPair>(pairs));
}
void Log::error(std::string_view message, std::initializer_list<LogPair> pairs) const {
  write(LogLevel::error, message, std::span<const LogPair>(pairs));
}

void Log::write(LogLevel level, std::string_view message, std::span<const LogPair> pairs) const {
  if (observer()) observer()(level, message, pairs);
  if (level < least_) return;
  const auto line = log_line(form_, now(), level, daemon_, message, pairs);
  // One write a line, so that lines of several threads do not mix. A log that cannot be written stops nobody.
  std::span<const char> rest(line);
  while (!rest.empty()) {
    const auto written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    rest = rest.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace scop
