#include "dns/reverse.hpp"

#include <fmt/format.h>

#include <ranges>

namespace scop::dns {

Address without_mapping(const Address& address) {
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  const auto octets = address.octets();
  if (!address.is_v6() || !octets.starts_with(mapped)) return address;
  return Address::from_octets(std::string_view(octets).substr(mapped.size())).value_or(address);
}

std::string reversed_labels(const Address& address) {
  const auto octets = without_mapping(address).octets();
  std::string out;
  for (const char c : octets | std::views::reverse) {
    const unsigned octet = static_cast<unsigned char>(c);
    if (!out.empty()) out += '.';
    out +=
        octets.size() == 4 ? fmt::format("{}", octet) : fmt::format("{:x}.{:x}", octet & 0xfU, octet >> 4U);
  }
  return out;
}

}  // namespace scop::dns
