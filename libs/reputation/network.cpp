#include "reputation/network.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::reputation {

namespace {

unsigned width_of(const dns::Address& address) { return address.is_v6() ? 128 : 32; }

std::string masked(std::string octets, unsigned bits) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto kept = std::clamp(static_cast<int>(bits) - static_cast<int>(8 * i), 0, 8);
    const auto mask = static_cast<unsigned>(0xff00U >> static_cast<unsigned>(kept)) & 0xffU;
    octets[i] = static_cast<char>(static_cast<unsigned char>(octets[i]) & mask);
  }
  return octets;
}

}  // namespace

Network Network::around(const dns::Address& address, unsigned bits) {
  Network network;
  network.bits_ = std::min(bits, width_of(address));
  network.first_ = dns::Address::from_octets(masked(address.octets(), network.bits_)).value_or(address);
  return network;
}

std::optional<Network> Network::from_text(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = dns::Address::from_text(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return around(*address, width_of(*address));
  const auto bits = ascii::parse_unsigned(text.substr(slash + 1));
  if (!bits || *bits > width_of(*address)) return std::nullopt;
  return around(*address, static_cast<unsigned>(*bits));
}

bool Network::contains(const dns::Address& address) const {
  return address.is_v6() == first_.is_v6() && around(address, bits_).first_ == first_;
}

std::string Network::text() const {
  return bits_ == width_of(first_) ? first_.text() : first_.text() + '/' + std::to_string(bits_);
}

}  // namespace scop::reputation
