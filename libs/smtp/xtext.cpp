#include "smtp/xtext.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "core/ascii.hpp"

namespace scop::smtp {

namespace {

constexpr bool is_visible(char c) { return c >= '!' && c <= '~'; }
constexpr bool is_xchar(char c) { return is_visible(c) && c != '+' && c != '='; }

// Upper case alone, as the ABNF has it.
constexpr std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto octet = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (point < 0x80) return octet(point);
  if (point < 0x800) {
    octet(0xc0 | point >> 6);
  } else {
    if (point < 0x10000) {
      octet(0xe0 | point >> 12);
    } else {
      octet(0xf0 | point >> 18);
      octet(0x80 | (point >> 12 & 0x3f));
    }
    octet(0x80 | (point >> 6 & 0x3f));
  }
  octet(0x80 | (point & 0x3f));
}

// RFC 6533 3: EmbeddedUnicodeChar = %x5C.78 "{" HEXPOINT "}"
std::optional<std::string> decode_embedded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (!text.starts_with("\\x{")) {
      if (text.front() == '\\') return std::nullopt;
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find('}');
    if (end == std::string_view::npos || end < 5 || end > 9) return std::nullopt;
    std::uint32_t point = 0;
    for (const char c : text.substr(3, end - 3)) {
      const auto digit = hex_digit(c);
      if (!digit) return std::nullopt;
      point = point << 4 | *digit;
    }
    if (point < 0x20 || point == 0x7f) return std::nullopt;  // no control may come in this way
    append_utf8(out, point);
    text.remove_prefix(end + 1);
  }
  return out;
}

// One code point of valid UTF-8 from the front.
std::uint32_t take_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  std::uint32_t point = length == 1 ? first : first & (0x7fU >> length);
  for (const char c : text.substr(1, length - 1))
    point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  text.remove_prefix(std::min(length, text.size()));
  return point;
}

}  // namespace

std::string to_xtext(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    if (is_xchar(c)) {
      out += c;
    } else {
      out += fmt::format("+{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::optional<std::string> from_xtext(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_xchar(text[i])) {
      out += text[i];
      continue;
    }
    if (text[i] != '+' || text.size() - i < 3) return std::nullopt;
    const auto high = hex_digit(text[i + 1]);
    const auto low = hex_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  return out;
}

std::optional<std::string> decode_orcpt(std::string_view text) {
  const auto semicolon = text.find(';');
  if (semicolon == std::string_view::npos || semicolon == 0) return std::nullopt;
  const auto type = ascii::to_lower(text.substr(0, semicolon));
  if (!std::ranges::all_of(type, [](char c) { return ascii::is_alnum(c) || c == '-'; })) return std::nullopt;
  const auto value = text.substr(semicolon + 1);
  std::optional<std::string> address;
  if (type == "utf-8") {
    // utf-8-addr-unitext: UTF-8 stands as it is; "+XX" is not decoded twice: QCHAR has no "+" but by \x{2B}
    address = decode_embedded(value);
  } else {
    address = from_xtext(value);
  }
  if (!address || address->empty() || !ascii::is_utf8(*address)) return std::nullopt;
  // The address ends up in a DSN's header (RFC 3464 2.3.1): an encoded CRLF would write fields of its own.
  if (std::ranges::any_of(*address, ascii::is_control)) return std::nullopt;
  return type + ";" + *address;
}

std::string encode_orcpt(std::string_view decoded) {
  const auto semicolon = decoded.find(';');
  const auto type = decoded.substr(0, semicolon);
  auto value = semicolon == std::string_view::npos ? std::string_view{} : decoded.substr(semicolon + 1);
  std::string out = std::string(type) + ";";
  if (type != "utf-8") return out + to_xtext(value);
  while (!value.empty()) {
    const auto point = take_point(value);
    if (point < 0x80 && is_xchar(static_cast<char>(point)) && point != '\\') {
      out += static_cast<char>(point);
    } else {
      out += fmt::format("\\x{{{:02X}}}", point);
    }
  }
  return out;
}

}  // namespace scop::smtp
