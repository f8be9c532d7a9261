// Blocks of addresses: "192.0.2.0/24", "2001:db8::/32", or one address alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dns/address.hpp"

namespace scop::reputation {

class Network {
 public:
  static std::optional<Network> from_text(std::string_view text);
  // The block of that many leading bits around the address; more bits than it has: the address itself.
  static Network around(const dns::Address& address, unsigned bits);

  bool contains(const dns::Address& address) const;
  std::string text() const;  // without the bits where it is one address
  bool operator==(const Network&) const = default;

 private:
  dns::Address first_;
  unsigned bits_ = 0;
};

}  // namespace scop::reputation
