#include "http/authority.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::http {

namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= longest_label &&
         std::ranges::all_of(label, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
}

bool is_name(std::string_view text) {
  return text.size() <= longest_name && std::ranges::all_of(ascii::split(text, '.'), is_label);
}

// RFC 3986 3.2.2; whether it is an address that anybody could have is not asked.
bool is_ipv6(std::string_view text) {
  return text.size() >= 2 && text.size() <= 45 && std::ranges::all_of(text, [](char c) {
           return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'f') || c == ':' ||
                  c == '.';
         });
}

std::unexpected<Error> no_authority(std::string_view text) {
  return failure(ErrorKind::malformed, "no host and port: " + ascii::printable(text, 80));
}

}  // namespace

Outcome<Authority> parse_authority(std::string_view text) {
  Authority authority;
  auto host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return no_authority(text);
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!is_ipv6(host)) return no_authority(text);
  } else {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    if (host.ends_with('.')) host.remove_suffix(1);
    if (!is_name(host)) return no_authority(text);
  }
  authority.host = ascii::to_lower(host);
  if (port.empty()) return authority;
  const auto number = ascii::parse_unsigned(port.substr(1));
  if (!port.starts_with(':') || port.size() > 6 || !number || *number == 0 || *number > 65'535)
    return no_authority(text);
  authority.port = static_cast<std::uint16_t>(*number);
  return authority;
}

}  // namespace scop::http
