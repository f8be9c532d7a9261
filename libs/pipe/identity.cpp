#include "pipe/identity.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::pipe {

namespace {

constexpr std::string_view scheme = "spiffe://";
constexpr std::size_t longest_name = 63;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || ascii::is_digit(c) || c == '-';
  });
}

}  // namespace

Outcome<std::string> identity_of(std::span<const std::string> uris, std::string_view trust_domain) {
  if (uris.size() != 1) {
    return failure(ErrorKind::denied, fmt::format("the certificate has {} URI names, not one", uris.size()));
  }
  std::string_view rest = uris.front();
  const auto refused = [&] {
    return failure(ErrorKind::denied, fmt::format("the certificate's name {} is not {}{}/<name>",
                                                  ascii::printable(uris.front()), scheme, trust_domain));
  };
  if (!rest.starts_with(scheme)) return refused();
  rest.remove_prefix(scheme.size());
  if (!rest.starts_with(trust_domain)) return refused();
  rest.remove_prefix(trust_domain.size());
  if (!rest.starts_with('/') || !is_name(rest.substr(1))) return refused();
  return std::string(rest.substr(1));
}

}  // namespace scop::pipe
