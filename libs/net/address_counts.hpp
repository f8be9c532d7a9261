// How many connections each client address has; IPv6 counts by /64, which is what one client gets.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace scop::net {

class AddressCounts {
 public:
  // False where `most` are there already (0: no bound). Loopback is never bounded.
  bool enter(const boost::asio::ip::address& address, std::size_t most);
  void leave(const boost::asio::ip::address& address);
  std::size_t size() const { return counts_.size(); }

 private:
  std::unordered_map<std::string, std::size_t> counts_;
};

}  // namespace scop::net
