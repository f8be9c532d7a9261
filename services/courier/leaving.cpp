#include "courier/leaving.hpp"

#include "asio/task.hpp"

namespace scop::courier {

namespace {

// RFC 5737 and RFC 3849: addresses of nobody. connect(2) of a datagram socket chooses a route and sends
// nothing.
constexpr const char* far_away[] = {"192.0.2.1", "2001:db8::1"};

std::string chosen_towards(const char* address) {
  boost::system::error_code error;
  asio::io_context io{1};
  const asio::ip::udp::endpoint there(asio::ip::make_address(address), 9);
  UdpSocket socket(io.get_executor());
  socket.open(there.protocol(), error);
  if (!error) socket.connect(there, error);
  if (error) return {};
  const auto local = socket.local_endpoint(error).address();
  return error || local.is_unspecified() || local.is_loopback() ? std::string() : local.to_string();
}

}  // namespace

std::vector<std::string> leaving_addresses(const settings::Courier& settings) {
  std::vector<std::string> addresses;
  for (const auto& address : settings.public_addresses) addresses.push_back(address.text());
  if (addresses.empty()) addresses = settings.source_addresses;
  if (!addresses.empty()) return addresses;
  for (const auto* target : far_away) {
    const bool wanted = target == far_away[0] ? settings.ipv4 : settings.ipv6;
    if (auto address = wanted ? chosen_towards(target) : std::string(); !address.empty())
      addresses.push_back(std::move(address));
  }
  return addresses;
}

}  // namespace scop::courier
