#include "net/address_counts.hpp"

namespace scop::net {

namespace {

std::string key_of(const boost::asio::ip::address& address) {
  if (address.is_v4()) return address.to_string();
  const auto octets = address.to_v6().to_bytes();
  return {octets.begin(), octets.begin() + 8};
}

}  // namespace

bool AddressCounts::enter(const boost::asio::ip::address& address, std::size_t most) {
  if (address.is_loopback()) return true;
  auto& count = counts_[key_of(address)];
  if (most != 0 && count >= most) return false;
  ++count;
  return true;
}

void AddressCounts::leave(const boost::asio::ip::address& address) {
  if (address.is_loopback()) return;
  const auto found = counts_.find(key_of(address));
  if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

}  // namespace scop::net
