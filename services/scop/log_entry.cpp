#include "scop/log_entry.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "core/ascii.hpp"

namespace scop::command {

namespace {

std::string_view take_word(std::string_view& rest) {
  const auto end = std::min(rest.find(' '), rest.size());
  const auto word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

bool is_time(std::string_view text) {
  return text.size() == 24 && text[4] == '-' && text[10] == 'T' && text[23] == 'Z';
}

// `key=value` or `key="value with \"escapes\""` at the start of the rest; the escapes stay as they are but
// for \" and \\.
bool take_pair(std::string_view& rest, LogEntry& entry) {
  const auto equals = rest.find('=');
  const auto key = rest.substr(0, equals);
  if (equals == std::string_view::npos || key.empty() || key.contains(' ')) return false;
  rest.remove_prefix(equals + 1);
  std::string value;
  if (!rest.starts_with('"')) {
    entry.pairs.emplace_back(key, take_word(rest));
    return true;
  }
  std::size_t at = 1;
  for (; at < rest.size() && rest[at] != '"'; ++at) {
    if (rest[at] == '\\' && at + 1 < rest.size() && (rest[at + 1] == '"' || rest[at + 1] == '\\')) ++at;
    value += rest[at];
  }
  rest.remove_prefix(std::min(at + 2, rest.size()));
  entry.pairs.emplace_back(key, std::move(value));
  return true;
}

LogEntry parse_text(std::string_view line) {
  LogEntry entry;
  auto rest = line;
  const auto time = take_word(rest);
  if (!is_time(time)) {
    entry.message = line;
    return entry;
  }
  entry.time = time;
  entry.level = take_word(rest);
  entry.daemon = take_word(rest);
  while (!rest.empty()) {
    if (take_pair(rest, entry)) continue;
    if (!entry.message.empty()) entry.message += ' ';
    entry.message += take_word(rest);
  }
  return entry;
}

std::string text_of(const boost::json::value& value) {
  if (const auto* text = value.if_string()) return {text->data(), text->size()};
  return boost::json::serialize(value);
}

LogEntry parse_json(std::string_view line) {
  boost::system::error_code error;
  const auto value = boost::json::parse({line.data(), line.size()}, error);
  if (error || !value.is_object()) return LogEntry{.message = std::string(line)};
  LogEntry entry;
  for (const auto& [key, one] : value.get_object()) {
    if (key == "time") {
      entry.time = text_of(one);
    } else if (key == "level") {
      entry.level = text_of(one);
    } else if (key == "daemon") {
      entry.daemon = text_of(one);
    } else if (key == "message") {
      entry.message = text_of(one);
    } else {
      entry.pairs.emplace_back(std::string(key.data(), key.size()), text_of(one));
    }
  }
  return entry;
}

}  // namespace

LogEntry parse_log_line(std::string_view line) {
  return line.starts_with('{') ? parse_json(line) : parse_text(line);
}

}  // namespace scop::command
