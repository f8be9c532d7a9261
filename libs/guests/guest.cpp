#include "guests/guest.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/reverse.hpp"

namespace scop::guests {

Outcome<Gateways> Gateways::from_text(const std::vector<std::string>& networks) {
  Gateways gateways;
  for (const auto& text : networks) {
    const auto network = reputation::Network::from_text(text);
    if (!network)
      return failure(ErrorKind::malformed, "no network such as 10.0.0.0/8: " + ascii::printable(text));
    gateways.networks_.push_back(*network);
  }
  return gateways;
}

bool Gateways::contain(const dns::Address& address) const {
  return std::ranges::any_of(networks_, [&](const auto& network) { return network.contains(address); });
}

Guest guest_of(std::string_view text, const Gateways& gateways) {
  const auto parsed = dns::Address::from_text(text);
  if (!parsed) return {.address = {}, .network = {}, .host = {}, .is_gateway = true};
  const auto address = dns::without_mapping(*parsed);
  return {.address = address,
          .network = reputation::Network::around(address, address.is_v6() ? 64 : 24).text(),
          .host = reputation::Network::around(address, address.is_v6() ? 64 : 32).text(),
          .is_gateway = gateways.contain(address)};
}

}  // namespace scop::guests
