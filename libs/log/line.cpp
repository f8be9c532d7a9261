#include "log/line.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace scop {

namespace {

constexpr std::size_t most_of_a_value = 8192;

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "?";
}

// RFC 3339, UTC, milliseconds.
std::string rfc3339(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

// Octets of the UTF-8 sequence at the start of `text`; 0 where it is none or is a C1 control.
std::size_t printable_sequence(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (text.size() < length || !ascii::is_utf8(text.substr(0, length))) return 0;
  if (first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) return 0;
  return length;
}

void append_hex_escape(std::string& out, char c, bool json) {
  out += json ? "\\\\x" : "\\x";
  out += to_hex({&c, 1});
}

void append_ascii(std::string& out, char c, bool json) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else if (!ascii::is_control(c)) {
    out += c;
  } else if (json) {
    out += "\\u00";
    out += to_hex({&c, 1});
  } else {
    append_hex_escape(out, c, false);
  }
}

void append_escaped(std::string& out, std::string_view text, bool json) {
  const bool cut = text.size() > most_of_a_value;
  text = text.substr(0, most_of_a_value);
  while (!text.empty()) {
    std::size_t taken = 1;
    if (!ascii::is_8bit(text.front())) {
      append_ascii(out, text.front(), json);
    } else if (const auto length = printable_sequence(text); length != 0) {
      out += text.substr(0, length);
      taken = length;
    } else {
      append_hex_escape(out, text.front(), json);
    }
    text.remove_prefix(taken);
  }
  if (cut) out += "…";
}

bool needs_quotes(std::string_view value) {
  return value.empty() || std::ranges::any_of(value, [](char c) {
           return c == ' ' || c == '"' || c == '\\' || c == '=' || ascii::is_control(c);
         });
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out += out.size() == 1 ? "\"" : ",\"";
  append_escaped(out, key, true);
  out += "\":\"";
  append_escaped(out, value, true);
  out += '"';
}

}  // namespace

std::string log_line(LogForm form, Time time, LogLevel level, std::string_view daemon,
                     std::string_view message, std::span<const LogPair> pairs) {
  std::string out;
  if (form == LogForm::json) {
    out += '{';
    append_member(out, "time", rfc3339(time));
    append_member(out, "level", name_of(level));
    append_member(out, "daemon", daemon);
    append_member(out, "message", message);
    for (const auto& pair : pairs) append_member(out, pair.key, pair.value);
    out += "}\n";
    return out;
  }
  out = fmt::format("{} {} {} ", rfc3339(time), name_of(level), daemon);
  append_escaped(out, message, false);
  for (const auto& pair : pairs) {
    out += ' ';
    append_escaped(out, pair.key, false);
    const bool quoted = needs_quotes(pair.value);
    out += quoted ? "=\"" : "=";
    append_escaped(out, pair.value, false);
    if (quoted) out += '"';
  }
  out += '\n';
  return out;
}

}  // namespace scop
