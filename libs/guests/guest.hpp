// Who a client is to the counters: its network for rates, itself for bans; and whether it stands for many
// others or for ourselves, so that none of this may be used against it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dns/address.hpp"
#include "reputation/network.hpp"

namespace scop::guests {

struct Guest {
  dns::Address address;
  std::string network;      // IPv4 /24, IPv6 /64: what rates are counted by
  std::string host;         // IPv4 alone, IPv6 /64 (what one client gets): what is banned
  bool is_gateway = false;  // declared: a proxy, a NAT gateway, loopback
  bool operator==(const Guest&) const = default;
};

// Declared gateways and proxies; `networks` as in the settings: "10.0.0.0/8", "::1".
class Gateways {
 public:
  static Outcome<Gateways> from_text(const std::vector<std::string>& networks);
  bool contain(const dns::Address& address) const;

 private:
  std::vector<reputation::Network> networks_;
};

// An address that does not parse (it comes from the kernel or a proxy's header) is taken for a gateway:
// nothing can be counted by it.
Guest guest_of(std::string_view address, const Gateways& gateways);

}  // namespace scop::guests
