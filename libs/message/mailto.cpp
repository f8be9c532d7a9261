#include "message/mailto.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace scop::message {

namespace {

constexpr std::string_view scheme = "mailto:";

}  // namespace

std::optional<std::string> mailto_address(std::string_view uri) {
  if (!ascii::starts_with_ignoring_case(uri, scheme)) return std::nullopt;
  uri = uri.substr(scheme.size());
  uri = uri.substr(0, uri.find('?'));
  std::string out;
  while (!uri.empty()) {
    const bool escaped = uri.front() == '%';
    const auto octet = escaped ? from_hex(uri.substr(1, 2)) : std::string(uri.substr(0, 1));
    if (!octet || octet->size() != 1) return std::nullopt;
    out += *octet;
    uri.remove_prefix(escaped ? 3 : 1);
  }
  const bool bad = std::ranges::any_of(out, [](char c) {
    return c == ' ' || c == '<' || c == '>' || c == ',' || ascii::is_control(c) || ascii::is_8bit(c);
  });
  const auto at = out.rfind('@');
  if (bad || at == std::string::npos || at == 0 || at + 1 == out.size() || out.ends_with('.'))
    return std::nullopt;
  return out;
}

}  // namespace scop::message
