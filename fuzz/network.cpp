// Blocks of addresses: what is read is written so that it is read as the same, and holds what it was made
// around. A line of a block, the rest is an address.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "dns/reverse.hpp"
#include "reputation/network.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.substr(0, text.find('\n'));
  const auto network = reputation::Network::from_text(line);
  if (network) ENSURE(reputation::Network::from_text(network->text()) == network);
  const auto address = dns::Address::from_text(text.substr(std::min(size, line.size() + 1)));
  if (!address) return 0;
  for (const unsigned bits : {0U, 1U, 8U, 24U, 32U, 64U, 127U, 128U, 200U}) {
    const auto around = reputation::Network::around(*address, bits);
    ENSURE(around.contains(*address) && reputation::Network::from_text(around.text()) == around);
  }
  if (network && network->contains(*address)) ENSURE(network->contains(*address));
  return 0;
}
