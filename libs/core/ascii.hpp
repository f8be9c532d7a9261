// ASCII rules that RFC 5321, 5322 and 1035 share: case is folded for A-Z only, never by locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scop::ascii {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
constexpr bool is_wsp(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_8bit(char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; }
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool ends_with_ignoring_case(std::string_view text, std::string_view suffix);

// Without SP, HTAB, CR and LF at either end.
std::string_view trim(std::string_view text);

// At every separator; "a,,b" gives three parts, "" gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

// Decimal digits alone, whole text, no sign; nullopt on anything else or overflow.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

bool is_all_ascii(std::string_view text);

// RFC 3629: shortest forms only, no surrogates, at most U+10FFFF.
bool is_utf8(std::string_view text);

// For logs and error texts: controls and non-ASCII octets as \xNN, at most `most` octets of the input.
std::string printable(std::string_view text, std::size_t most = 200);

}  // namespace scop::ascii
