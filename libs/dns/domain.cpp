#include "dns/domain.hpp"

#include <idn2.h>

#include <algorithm>
#include <memory>

#include "core/ascii.hpp"
#include "dns/name.hpp"

namespace scop::dns {

namespace {

constexpr std::size_t longest_domain = 253;
constexpr std::size_t longest_utf8_domain = 1000;  // before IDNA; a label of 63 octets never needs more

struct Freed {
  void operator()(char* text) const { idn2_free(text); }
};
using LibraryText = std::unique_ptr<char, Freed>;

// RFC 5321 4.1.2 sub-domain, and the underscore that real host names carry.
bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= longest_label && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
}

Outcome<> check_host_name(std::string_view domain) {
  if (domain.empty()) return failure(ErrorKind::malformed, "empty domain");
  if (domain.size() > longest_domain) return failure(ErrorKind::too_large, "domain over 253 octets");
  for (const auto label : ascii::split(domain, '.')) {
    if (!is_host_label(label)) return failure(ErrorKind::malformed, "a domain's label is not a host name's");
  }
  return {};
}

bool has_a_label(std::string_view domain) {
  return std::ranges::any_of(ascii::split(domain, '.'), [](std::string_view label) {
    return ascii::starts_with_ignoring_case(label, "xn--");
  });
}

Outcome<std::string> by_idna(std::string_view domain) {
  if (domain.size() > longest_utf8_domain) return failure(ErrorKind::too_large, "domain over 1000 octets");
  if (domain.contains('\0') || !ascii::is_utf8(domain))
    return failure(ErrorKind::malformed, "domain is not UTF-8");
  const std::string text(domain);
  char* raw = nullptr;
  const int status = idn2_to_ascii_8z(text.c_str(), &raw, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const LibraryText result(raw);
  if (status != IDN2_OK) return failure(ErrorKind::malformed, std::string("IDNA: ") + idn2_strerror(status));
  return ascii::to_lower(result.get());
}

}  // namespace

Outcome<std::string> to_a_labels(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  Outcome<std::string> text = ascii::to_lower(domain);
  if (!ascii::is_all_ascii(domain)) text = by_idna(domain);
  if (!text) return text;
  if (auto checked = check_host_name(*text); !checked) return std::unexpected(checked.error());
  return text;
}

std::string to_u_labels(std::string_view domain) {
  std::string text(domain);
  if (domain.size() > longest_domain || domain.contains('\0') || !has_a_label(domain)) return text;
  char* raw = nullptr;
  const int status = idn2_to_unicode_8z8z(text.c_str(), &raw, 0);
  const LibraryText result(raw);
  return status == IDN2_OK ? std::string(result.get()) : text;
}

}  // namespace scop::dns
