#include <algorithm>

#include "core/ascii.hpp"
#include "dns/domain.hpp"
#include "grant/grant.hpp"

namespace scop::grant {

namespace {

struct AddressView {
  std::string_view local;
  std::string_view domain;
};

AddressView split_address(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos) return {};
  return {.local = address.substr(0, at), .domain = address.substr(at + 1)};
}

// RFC 5321 4.1.2 Dot-string, loosely: what a pattern's open part may stand for. A quoted string or a second
// "@" in it would let another parser see another address.
bool is_plain(std::string_view text) {
  constexpr std::string_view specials = "()<>[]:;@\\,\" ";
  return !text.empty() && std::ranges::none_of(text, [&](char c) {
    return ascii::is_control(c) || specials.find(c) != std::string_view::npos;
  });
}

// "bücher.example" and "xn--bcher-kva.example" are one domain (RFC 5890 2.3.2.4).
bool is_same_domain(std::string_view a, std::string_view b) {
  if (ascii::equals_ignoring_case(a, b)) return true;
  if (ascii::is_all_ascii(a) && ascii::is_all_ascii(b)) return false;
  const auto one = dns::to_a_labels(a);
  return one && one == dns::to_a_labels(b);
}

bool matches(AddressView pattern, AddressView address) {
  if (!is_same_domain(pattern.domain, address.domain)) return false;
  if (pattern.local.empty()) return is_plain(address.local);
  if (pattern.local.size() > 1 && pattern.local.ends_with('*')) {
    const auto prefix = pattern.local.substr(0, pattern.local.size() - 1);
    return ascii::starts_with_ignoring_case(address.local, prefix) &&
           is_plain(address.local.substr(prefix.size()));
  }
  return ascii::equals_ignoring_case(pattern.local, address.local);
}

}  // namespace

bool may_send_as(const Grant& grant, std::string_view address) {
  const auto wanted = split_address(address);
  if (wanted.local.empty() || wanted.domain.empty()) return false;
  return std::ranges::any_of(grant.send_as, [&](std::string_view pattern) {
    const auto granted = split_address(pattern);
    return !granted.domain.empty() && matches(granted, wanted);
  });
}

}  // namespace scop::grant
