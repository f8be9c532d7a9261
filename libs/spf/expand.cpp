#include "spf/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "spf/name.hpp"

namespace scop::spf {

namespace {

constexpr std::size_t trim_above = 4096;  // of a domain only the end counts: 253 octets
constexpr std::size_t kept_tail = 1024;

// Upper case as the RFC's test suite has it; names are asked for in lower case anyway.
std::string dotted_nibbles(const dns::Address& address) {
  std::string out;
  for (const char digit : to_hex(address.octets())) {
    if (!out.empty()) out += '.';
    out += ascii::upper(digit);
  }
  return out;
}

std::string value_of(char letter, const MacroValues& values) {
  switch (letter) {
    case 's':
      return values.local_part + '@' + values.sender_domain;
    case 'l':
      return values.local_part;
    case 'o':
      return values.sender_domain;
    case 'd':
      return values.domain;
    case 'i':
      return values.client.is_v6() ? dotted_nibbles(values.client) : values.client.text();
    case 'p':
      return values.validated_name;
    case 'h':
      return values.helo;
    case 'c':
      return values.client.text();
    case 'r':
      return values.receiver;
    case 't':
      return fmt::format("{}", values.now.time_since_epoch().count());
    default:
      return values.client.is_v6() ? "ip6" : "in-addr";
  }
}

std::vector<std::string_view> split_at_any(std::string_view text, std::string_view delimiters) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find_first_of(delimiters);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string transformed(std::string_view value, const MacroPart& part) {
  auto parts = split_at_any(value, part.delimiters);
  if (part.reverse) std::ranges::reverse(parts);
  const std::size_t dropped = part.keep != 0 && part.keep < parts.size() ? parts.size() - part.keep : 0;
  std::string out;
  for (std::size_t i = dropped; i < parts.size(); ++i) {
    if (i != dropped) out += '.';
    out += parts[i];
  }
  return out;
}

//   unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"      (RFC 3986 2.3)
std::string url_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (ascii::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::string expanded(const MacroPart& part, const MacroValues& values) {
  if (part.letter == 0) return part.literal;
  const auto value = transformed(value_of(part.letter, values), part);
  return part.url_escape ? url_escaped(value) : value;
}

}  // namespace

std::optional<std::string> expand_domain(const MacroString& string, const MacroValues& values) {
  if (!ascii::is_all_ascii(values.local_part) && string.uses("sl")) return std::nullopt;
  std::string out;
  for (const auto& part : string.parts) {
    out += expanded(part, values);
    if (out.size() > trim_above) out.erase(0, out.size() - kept_tail);
  }
  return std::string(shortened(out));
}

std::optional<std::string> expand_text(const MacroString& string, const MacroValues& values,
                                       std::size_t most) {
  std::string out;
  for (const auto& part : string.parts) {
    out += expanded(part, values);
    if (out.size() > most) return std::nullopt;
  }
  const auto shows = [](char c) { return c >= 0x20 && c < 0x7f; };
  return std::ranges::all_of(out, shows) ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace scop::spf
