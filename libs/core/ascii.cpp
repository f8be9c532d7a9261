#include "core/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/base64.hpp"

namespace scop::ascii {

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

std::string to_upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), upper);
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool ends_with_ignoring_case(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         equals_ignoring_case(text.substr(text.size() - suffix.size()), suffix);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view white = " \t\r\n";
  const auto first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char digit : text) {
    const auto units = static_cast<std::uint64_t>(digit - '0');
    if (value > (UINT64_MAX - units) / 10) return std::nullopt;
    value = value * 10 + units;
  }
  return value;
}

bool is_all_ascii(std::string_view text) { return std::ranges::none_of(text, is_8bit); }

namespace {

// Octets of the UTF-8 sequence at the start of `text`, 0 where it is none (RFC 3629 4).
std::size_t utf8_length(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return i < text.size() && octet(i) >= low && octet(i) <= high;
  };
  const unsigned first = octet(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  constexpr std::size_t at_once = sizeof(std::uint64_t);
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  while (!text.empty()) {
    for (std::uint64_t octets = 0; text.size() >= at_once; text.remove_prefix(at_once)) {
      std::memcpy(&octets, text.data(), at_once);
      if ((octets & high_bits) != 0) break;
    }
    if (text.empty()) return true;
    const auto length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text.substr(0, most)) {
    if (is_control(c) || is_8bit(c)) {
      out += "\\x";
      out += to_hex({&c, 1});
    } else {
      out += c;
    }
  }
  if (text.size() > most) out += "…";
  return out;
}

}  // namespace scop::ascii
