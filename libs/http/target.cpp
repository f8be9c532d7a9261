#include "http/target.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::http {

namespace {

bool is_hex(char c) { return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'f'); }

// pchar, "/" and "?" (RFC 3986 3.3, 3.4), percent signs checked by whoever calls.
bool is_of_a_uri(char c) {
  constexpr std::string_view others = "-._~!$&'()*+,;=:@/?%";
  return ascii::is_alnum(c) || others.contains(c);
}

bool is_path_and_query(std::string_view text) {
  if (!text.starts_with('/') || !std::ranges::all_of(text, is_of_a_uri)) return false;
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
  }
  return true;
}

std::unexpected<Error> no_target() { return failure(ErrorKind::malformed, "no request target"); }

}  // namespace

Outcome<Target> parse_target(std::string_view method, std::string_view text) {
  Target target;
  if (method == "CONNECT") return failure(ErrorKind::unsupported, "no proxy");
  if (text == "*") {
    if (method != "OPTIONS") return no_target();
    target.path = "*";
    return target;
  }
  if (!text.starts_with('/')) {
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return no_target();
    target.scheme = ascii::to_lower(text.substr(0, colon));
    if (target.scheme != "http" && target.scheme != "https")
      return failure(ErrorKind::unsupported, "another scheme than http and https");
    text.remove_prefix(colon + 3);
    const auto end = std::min(text.find_first_of("/?"), text.size());
    auto authority = parse_authority(text.substr(0, end));
    if (!authority) return std::unexpected(std::move(authority.error()));
    target.authority = std::move(*authority);
    text.remove_prefix(end);
  }
  // RFC 9112 3.2.1: an empty path is "/".
  const std::string whole = text.starts_with('/') ? std::string(text) : "/" + std::string(text);
  if (!is_path_and_query(whole)) return no_target();
  const auto mark = std::min(whole.find('?'), whole.size());
  target.path = whole.substr(0, mark);
  if (mark < whole.size()) target.query = whole.substr(mark + 1);
  return target;
}

}  // namespace scop::http
