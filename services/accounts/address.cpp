#include "accounts/address.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/domain.hpp"

namespace scop::accounts {

namespace {

std::string unquoted(std::string_view local) {
  if (local.size() < 2 || !local.starts_with('"') || !local.ends_with('"')) return std::string(local);
  local = local.substr(1, local.size() - 2);
  std::string out;
  bool escaped = false;
  for (const char c : local) {
    escaped = c == '\\' && !escaped;
    if (!escaped) out += c;
  }
  return out;
}

// RFC 5322 3.2.3 atext, RFC 6532 3.2, without the star: in a grant "a*@b" is a pattern, and a user of that
// name could send as every a….
bool is_atext(char c) {
  constexpr std::string_view specials = "!#$%&'+-/=?^_`{|}~";
  return ascii::is_alnum(c) || ascii::is_8bit(c) || specials.contains(c);
}

}  // namespace

std::string read_domain(std::string_view text) {
  if (ascii::is_all_ascii(text)) return ascii::to_lower(text);
  return dns::to_a_labels(text).value_or("");
}

std::optional<Address> read_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return std::nullopt;
  Address address{.local = ascii::to_lower(unquoted(text.substr(0, at))),
                  .domain = read_domain(text.substr(at + 1))};
  if (address.local.empty() || address.domain.empty()) return std::nullopt;
  return address;
}

std::string canonical_login(std::string_view text, std::string_view domain) {
  text = ascii::trim(text);
  const auto at = text.rfind('@');
  if (text.empty()) return {};
  if (at == std::string_view::npos) return ascii::to_lower(text).append("@").append(domain);
  return ascii::to_lower(text.substr(0, at)).append("@").append(read_domain(text.substr(at + 1)));
}

std::string_view objection_to_domain(std::string_view domain) {
  if (domain.empty() || domain.size() > 253) return "a domain has 1 to 253 octets";
  for (const auto label : ascii::split(domain, '.')) {
    if (label.empty() || label.size() > 63 || label.starts_with('-') || label.ends_with('-')) {
      return "not a domain such as example.org";
    }
    if (!std::ranges::all_of(label, [](char c) { return ascii::is_alnum(c) || c == '-'; })) {
      return "not a domain such as example.org";
    }
  }
  return {};
}

std::string_view objection_to_local(std::string_view local) {
  if (local.empty() || local.size() > 64) return "the part before @ has 1 to 64 octets";
  if (!ascii::is_utf8(local)) return "an address must be UTF-8";
  for (const auto atom : ascii::split(local, '.')) {
    if (atom.empty() || !std::ranges::all_of(atom, is_atext)) return "not an address such as ann@example.org";
  }
  return {};
}

}  // namespace scop::accounts
