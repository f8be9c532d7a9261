#include "dns/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <span>

#include "core/ascii.hpp"

namespace scop::dns {

namespace {
constexpr std::size_t longest_text = 45;
}

std::optional<Address> Address::from_text(std::string_view text) {
  if (text.empty() || text.size() > longest_text || text.contains('\0')) return std::nullopt;
  const std::string terminated(text);
  Address address;
  address.v6_ = text.contains(':');
  const int family = address.v6_ ? AF_INET6 : AF_INET;
  if (inet_pton(family, terminated.c_str(), address.octets_.data()) != 1) return std::nullopt;
  return address;
}

std::optional<Address> Address::from_octets(std::string_view octets) {
  if (octets.size() != 4 && octets.size() != 16) return std::nullopt;
  Address address;
  address.v6_ = octets.size() == 16;
  std::ranges::transform(octets, address.octets_.begin(),
                         [](char c) { return static_cast<std::uint8_t>(c); });
  return address;
}

std::optional<Address> Address::from_literal(std::string_view literal) {
  if (!literal.starts_with('[') || !literal.ends_with(']') || literal.size() < 3) return std::nullopt;
  literal = literal.substr(1, literal.size() - 2);
  const bool tagged = ascii::starts_with_ignoring_case(literal, "IPv6:");
  if (tagged) literal.remove_prefix(5);
  const auto address = from_text(literal);
  return address && address->v6_ == tagged ? address : std::nullopt;
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(v6_ ? AF_INET6 : AF_INET, octets_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string Address::octets() const {
  const auto used = std::span(octets_).first(v6_ ? 16 : 4);
  return {used.begin(), used.end()};
}

bool Address::is_never_remote_v4(std::size_t at) const {
  const auto first = octets_.at(at);
  const auto second = octets_.at(at + 1);
  return first == 0 || first == 127 || first >= 224 || (first == 169 && second == 254);
}

bool Address::is_never_remote() const {
  if (!v6_) return is_never_remote_v4(0);
  const bool ten_zeros =
      std::ranges::all_of(std::span(octets_).first(10), [](auto octet) { return octet == 0; });
  const auto middle = static_cast<unsigned>(octets_[10]) << 8U | octets_[11];
  if (ten_zeros && middle == 0xffff) return is_never_remote_v4(12);  // RFC 4291 2.5.5.2
  if (ten_zeros && middle == 0) return true;                         // ::, ::1 and the long dead ::a.b.c.d
  return octets_[0] == 0xff || (octets_[0] == 0xfe && (octets_[1] & 0xc0U) == 0x80);
}

}  // namespace scop::dns
