#include "net/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace scop::net {

namespace {

constexpr std::string_view signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t fixed_octets = 16;
constexpr std::size_t most_octets = 536;  // the specification's own bound: 16 + 520

constexpr unsigned char version_2_local = 0x20;
constexpr unsigned char version_2_proxy = 0x21;
constexpr unsigned char unspecified = 0x00;
constexpr unsigned char tcp_over_ipv4 = 0x11;
constexpr unsigned char tcp_over_ipv6 = 0x21;

unsigned char octet(std::string_view octets, std::size_t at) {
  return static_cast<unsigned char>(octets.at(at));
}

std::uint16_t number16(std::string_view octets, std::size_t at) {
  return static_cast<std::uint16_t>(octet(octets, at) << 8U | octet(octets, at + 1));
}

template <class Address>
Address address_at(std::string_view octets, std::size_t at) {
  typename Address::bytes_type bytes;
  std::ranges::copy(octets.substr(at, bytes.size()), bytes.begin());
  return Address(bytes);
}

}  // namespace

Outcome<std::optional<ProxyHeader>> parse_proxy_header(std::string_view octets) {
  if (octets.substr(0, signature.size()) != signature.substr(0, octets.size())) {
    return failure(ErrorKind::malformed, "no PROXY protocol version 2 header");
  }
  if (octets.size() < fixed_octets) return std::nullopt;
  const auto command = octet(octets, 12);
  const auto family = octet(octets, 13);
  ProxyHeader header;
  header.length = fixed_octets + number16(octets, 14);
  if (header.length > most_octets)
    return failure(ErrorKind::too_large, "the PROXY header is longer than 536 octets");
  if (command != version_2_local && command != version_2_proxy) {
    return failure(ErrorKind::unsupported,
                   fmt::format("PROXY header with version and command {:#04x}", command));
  }
  if (octets.size() < header.length) return std::nullopt;
  if (command == version_2_local || family == unspecified) return header;
  const auto addresses = octets.substr(fixed_octets, header.length - fixed_octets);
  if (family == tcp_over_ipv4 && addresses.size() >= 12) {
    header.client = Endpoint(address_at<boost::asio::ip::address_v4>(addresses, 0), number16(addresses, 8));
  } else if (family == tcp_over_ipv6 && addresses.size() >= 36) {
    header.client = Endpoint(address_at<boost::asio::ip::address_v6>(addresses, 0), number16(addresses, 32));
  } else {
    return failure(ErrorKind::unsupported,
                   fmt::format("PROXY header with address family {:#04x} and {} octets of addresses", family,
                               addresses.size()));
  }
  return header;
}

Task<Outcome<ProxyHeader>> read_proxy_header(Stream& stream, Deadline deadline) {
  std::array<char, most_octets> buffer{};
  std::size_t held = 0;
  std::size_t wanted = fixed_octets;
  for (;;) {
    // Never more than the header: what follows belongs to the protocol behind it.
    auto count = co_await stream.read_some(std::span(buffer).subspan(held, wanted - held), deadline);
    if (!count) co_return std::unexpected(std::move(count.error()));
    held += *count;
    const std::string_view octets(buffer.data(), held);
    auto header = parse_proxy_header(octets);
    if (!header) co_return std::unexpected(std::move(header.error()));
    if (*header) co_return **header;
    if (held >= fixed_octets) wanted = fixed_octets + number16(octets, 14);
  }
}

}  // namespace scop::net
