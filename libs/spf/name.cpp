#include "spf/name.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/domain.hpp"
#include "dns/name.hpp"

namespace scop::spf {

namespace {

bool is_label(std::string_view label) { return !label.empty() && label.size() <= dns::longest_label; }

bool is_plain(char c) { return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.'; }

// Octets that a presentation form must escape.
std::optional<std::string> escaped(std::string_view domain) {
  std::string wire;
  for (const auto label : ascii::split(domain, '.')) {
    wire += static_cast<char>(label.size());
    wire += label;
  }
  wire += '\0';
  auto name = dns::name_from_wire(wire);
  if (!name) return std::nullopt;
  return ascii::to_lower(*name);
}

}  // namespace

std::optional<std::string> question_name(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (domain.empty() || domain.size() > longest_domain) return std::nullopt;
  if (!std::ranges::all_of(ascii::split(domain, '.'), is_label)) return std::nullopt;
  return std::ranges::all_of(domain, is_plain) ? ascii::to_lower(domain) : escaped(domain);
}

std::string_view shortened(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  while (domain.size() > longest_domain) {
    const auto dot = domain.find('.');
    if (dot == std::string_view::npos) break;
    domain.remove_prefix(dot + 1);
  }
  return domain;
}

std::optional<std::string> checkable_domain(std::string_view domain) {
  if (!ascii::is_all_ascii(domain)) {
    const auto converted = dns::to_a_labels(domain);
    return converted ? checkable_domain(*converted) : std::nullopt;
  }
  if (domain.ends_with('.')) domain.remove_suffix(1);
  const bool is_literal = domain.starts_with('[');
  const bool is_printable =
      std::ranges::all_of(domain, [](char c) { return c != ' ' && !ascii::is_control(c); });
  if (is_literal || !is_printable || !domain.contains('.') || !question_name(domain)) return std::nullopt;
  return ascii::to_lower(domain);
}

bool is_within(std::string_view name, std::string_view domain) {
  if (name == domain) return true;
  return name.size() > domain.size() && name.ends_with(domain) &&
         name.at(name.size() - domain.size() - 1) == '.';
}

}  // namespace scop::spf
