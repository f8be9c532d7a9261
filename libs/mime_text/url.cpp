#include "mime_text/url.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace scop::mime_text {

namespace {

constexpr std::size_t most_url_octets = 1'000;

std::string without_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      if (const auto octet = from_hex(ascii::to_lower(text.substr(i + 1, 2)))) {
        out += *octet;
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

bool ends_url(char c) {
  return c == ' ' || c == '<' || c == '>' || c == '"' || c == ')' || c == '\'' || c == '`' ||
         ascii::is_control(c);
}

std::string_view cut_url(std::string_view text) {
  const auto end = std::ranges::find_if(text.substr(0, most_url_octets), ends_url) - text.begin();
  auto url = text.substr(0, static_cast<std::size_t>(end));
  while (!url.empty() && std::string_view(".,;:!?]").contains(url.back())) url.remove_suffix(1);
  return url;
}

constexpr std::array<std::string_view, 5> beginnings{"http://", "https://", "ftp://", "mailto:", "www."};

}  // namespace

Url parse_url(std::string_view text) {
  Url url;
  text = ascii::trim(text).substr(0, most_url_octets);
  const auto colon = text.find(':');
  const auto slash = text.find_first_of("/.?#");
  if (colon != std::string_view::npos && colon < slash) {
    url.scheme = ascii::to_lower(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  } else if (!ascii::starts_with_ignoring_case(text, "www.") && !text.starts_with("//")) {
    return url;
  }
  if (url.scheme == "mailto") {
    const auto at = text.find('@');
    const auto address = text.substr(0, text.find('?'));
    if (at < address.size()) url.host = ascii::to_lower(address.substr(at + 1));
    if (at < address.size()) url.user = address.substr(0, at);
    return url;
  }
  while (text.starts_with('/') || text.starts_with('\\')) text.remove_prefix(1);
  const auto end = std::min(text.find_first_of("/?#\\"), text.size());
  auto authority = text.substr(0, end);
  url.path = text.substr(end);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    url.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  if (const auto port = authority.rfind(':'); port != std::string_view::npos) {
    url.port = authority.substr(port + 1);
    authority = authority.substr(0, port);
  }
  url.host = ascii::to_lower(without_percent(authority));
  return url;
}

std::vector<std::string_view> find_urls(std::string_view text, std::size_t most) {
  std::vector<std::string_view> found;
  std::size_t at = 0;
  while (found.size() < most) {
    at = text.find_first_of("hHfFmMwW", at);
    if (at == std::string_view::npos) break;
    const auto rest = text.substr(at);
    const bool starts =
        (at == 0 || !ascii::is_alnum(text[at - 1])) &&
        std::ranges::any_of(beginnings, [&](auto b) { return ascii::starts_with_ignoring_case(rest, b); });
    if (!starts) {
      ++at;
      continue;
    }
    found.push_back(cut_url(rest));
    at += std::max<std::size_t>(found.back().size(), 1);
  }
  return found;
}

}  // namespace scop::mime_text
