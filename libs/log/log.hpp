// One line per event on standard error: a constant message and key/value pairs, as text or JSON.
// Never bodies, credentials or keys. Codecs and decisions do not log: they return reasons.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "log/form.hpp"

namespace scop {

// A key with its value rendered: {"id", id.text()}, {"size", 1234}, {"took_ms", 1.5}.
struct LogPair {
  std::string_view key;
  std::string value;
  LogPair(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogPair(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogPair(std::string_view k, const char* v) : key(k), value(v) {}
  template <class T>
    requires std::integral<T> || std::floating_point<T>
  LogPair(std::string_view k, T v) : key(k), value(fmt::to_string(v)) {}
};

class Log {
 public:
  // `daemon` stands in every line; lines under `least` are dropped.
  Log(std::string daemon, LogForm form, LogLevel least = LogLevel::info, int descriptor = 2);

  void debug(std::string_view message, std::initializer_list<LogPair> pairs = {}) const;
  void info(std::string_view message, std::initializer_list<LogPair> pairs = {}) const;
  void warning(std::string_view message, std::initializer_list<LogPair> pairs = {}) const;
  void error(std::string_view message, std::initializer_list<LogPair> pairs = {}) const;
  void write(LogLevel level, std::string_view message, std::span<const LogPair> pairs) const;

 private:
  std::string daemon_;
  LogForm form_;
  LogLevel least_;
  int descriptor_;
};

}  // namespace scop
