#include "https_client/url.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::https_client {

namespace {

constexpr std::string_view scheme = "https://";
constexpr std::size_t longest_host = 253;
constexpr std::size_t longest_label = 63;

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= longest_label && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
}

// RFC 3986 3.3 and 3.4: pchar, "/" and "?".
bool is_path_octet(char c) {
  return ascii::is_alnum(c) || std::string_view("-._~!$&'()*+,;=:@/?").contains(c);
}

bool is_hex(char c) { return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'f'); }

Outcome<std::uint16_t> port_from(std::string_view text) {
  const auto port = ascii::parse_unsigned(text);
  if (!port || *port == 0 || *port > 65'535) return failure(ErrorKind::malformed, "URL: not a port number");
  return static_cast<std::uint16_t>(*port);
}

}  // namespace

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > longest_host) return false;
  const auto labels = ascii::split(text, '.');
  // RFC 1123 2.1: a last label of digits alone would make it an address.
  const bool address = std::ranges::all_of(labels.back(), ascii::is_digit);
  return !address && std::ranges::all_of(labels, is_label);
}

bool is_target(std::string_view text) {
  if (!text.starts_with('/') || text.size() > longest_url) return false;
  while (!text.empty()) {
    const bool escaped = text.front() == '%';
    if (escaped && (text.size() < 3 || !is_hex(text[1]) || !is_hex(text[2]))) return false;
    if (!escaped && !is_path_octet(text.front())) return false;
    text.remove_prefix(escaped ? 3 : 1);
  }
  return true;
}

Outcome<Url> parse_url(std::string_view text) {
  if (text.size() > longest_url) return failure(ErrorKind::too_large, "URL over 2048 octets");
  if (!ascii::starts_with_ignoring_case(text, scheme))
    return failure(ErrorKind::unsupported, "URL: not https://");
  text.remove_prefix(scheme.size());
  const auto end = std::min(text.find_first_of("/?#"), text.size());
  const auto authority = text.substr(0, end);
  auto target = std::string(text.substr(end));
  if (authority.contains('@')) return failure(ErrorKind::unsupported, "URL: a user before the host");
  if (authority.starts_with('[')) return failure(ErrorKind::unsupported, "URL: an address, not a host name");
  if (target.contains('#')) return failure(ErrorKind::unsupported, "URL: a fragment");
  if (!target.starts_with('/')) target.insert(0, "/");
  const auto colon = std::min(authority.find(':'), authority.size());
  Url url{.host = ascii::to_lower(authority.substr(0, colon)), .target = std::move(target)};
  if (url.host.ends_with('.')) url.host.pop_back();
  if (!is_host_name(url.host)) return failure(ErrorKind::malformed, "URL: not a host name");
  if (!is_target(url.target)) return failure(ErrorKind::malformed, "URL: an octet that no path has");
  if (colon < authority.size()) {
    const auto port = port_from(authority.substr(colon + 1));
    if (!port) return std::unexpected(port.error());
    url.port = *port;
  }
  return url;
}

}  // namespace scop::https_client
