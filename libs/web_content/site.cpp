#include "web_content/site.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace scop::web_content {

namespace {

constexpr std::size_t longest_address = 254;  // RFC 5321 4.5.3.1.3

struct Prefix {
  std::string_view text;
  Role role;
};

constexpr std::array prefixes{Prefix{"mta-sts.", Role::mta_sts}, Prefix{"autoconfig.", Role::autoconfig},
                              Prefix{"autodiscover.", Role::autodiscover}};

}  // namespace

Place place_of(const Site& site, std::string_view host) {
  for (const auto& prefix : prefixes) {
    if (!host.starts_with(prefix.text)) continue;
    const auto found = site.domains.find(host.substr(prefix.text.size()));
    if (found != site.domains.end()) return {prefix.role, *found};
  }
  if (const auto found = site.domains.find(host); found != site.domains.end()) return {Role::domain, *found};
  return host == site.host ? Place{Role::mail_host, {}} : Place{};
}

std::string domain_of_address(const Site& site, std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || address.size() > longest_address) return {};
  if (!ascii::is_utf8(address) || std::ranges::any_of(address, ascii::is_control)) return {};
  auto domain = ascii::to_lower(address.substr(at + 1));
  return site.domains.contains(domain) ? domain : std::string();
}

}  // namespace scop::web_content
