#include "core/base64.hpp"

#include <array>
#include <cstdint>

namespace scop {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::uint8_t no_value = 0xff;

constexpr auto value_of = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_value);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table.at(static_cast<unsigned char>(alphabet[i])) = static_cast<std::uint8_t>(i);
  }
  return table;
}();

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, bool skip_spaces) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned held = 0;  // characters in `bits`
  unsigned padding = 0;
  for (const char c : text) {
    if (skip_spaces && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
    if (c == '=') {
      if (++padding > 2) return std::nullopt;
      continue;
    }
    const auto value = value_of[static_cast<unsigned char>(c)];
    if (value == no_value || padding > 0) return std::nullopt;
    bits = bits << 6 | value;
    if (++held == 4) {
      out += static_cast<char>(bits >> 16 & 0xff);
      out += static_cast<char>(bits >> 8 & 0xff);
      out += static_cast<char>(bits & 0xff);
      bits = 0;
      held = 0;
    }
  }
  if (held + padding != 0 && held + padding != 4) return std::nullopt;
  if (held == 2) {
    if ((bits & 0x0f) != 0) return std::nullopt;  // bits that the encoder must have left zero
    out += static_cast<char>(bits >> 4 & 0xff);
  } else if (held == 3) {
    if ((bits & 0x03) != 0) return std::nullopt;
    out += static_cast<char>(bits >> 10 & 0xff);
    out += static_cast<char>(bits >> 2 & 0xff);
  } else if (held == 1 || padding != 0) {
    return std::nullopt;
  }
  return out;
}

}  // namespace

std::string to_base64(std::string_view octets) {
  std::string out((octets.size() + 2) / 3 * 4, '=');
  const auto octet = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(octets[i]); };
  std::size_t at = 0;
  std::size_t to = 0;
  for (; at + 3 <= octets.size(); at += 3, to += 4) {
    const std::uint32_t bits = octet(at) << 16 | octet(at + 1) << 8 | octet(at + 2);
    out[to] = alphabet[bits >> 18];
    out[to + 1] = alphabet[bits >> 12 & 63];
    out[to + 2] = alphabet[bits >> 6 & 63];
    out[to + 3] = alphabet[bits & 63];
  }
  if (at == octets.size()) return out;
  const bool two = at + 2 == octets.size();
  const std::uint32_t bits = octet(at) << 16 | (two ? octet(at + 1) << 8 : 0);
  out[to] = alphabet[bits >> 18];
  out[to + 1] = alphabet[bits >> 12 & 63];
  if (two) out[to + 2] = alphabet[bits >> 6 & 63];
  return out;
}

std::optional<std::string> from_base64(std::string_view text) { return decode(text, false); }
std::optional<std::string> from_base64_with_spaces(std::string_view text) { return decode(text, true); }

std::string to_hex(std::string_view octets) {
  std::string out;
  out.reserve(octets.size() * 2);
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    out += hex_digits[octet >> 4U];
    out += hex_digits[octet & 15U];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

}  // namespace scop
