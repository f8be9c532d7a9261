#include "http/query.hpp"

#include "core/ascii.hpp"

namespace scop::http {

namespace {

std::optional<unsigned> hex_value(char c) {
  if (ascii::is_digit(c)) return static_cast<unsigned>(c - '0');
  const char low = ascii::lower(c);
  if (low < 'a' || low > 'f') return std::nullopt;
  return static_cast<unsigned>(low - 'a') + 10U;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '%') {
      decoded += c;
      continue;
    }
    if (text.size() < 2) return std::nullopt;
    const auto high = hex_value(text[0]);
    const auto low = hex_value(text[1]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high << 4U | *low);
    text.remove_prefix(2);
  }
  return decoded;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    const auto equals = part.find('=');
    const auto key = percent_decode(part.substr(0, equals));
    if (!key || !ascii::equals_ignoring_case(*key, name)) continue;
    return percent_decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace scop::http
