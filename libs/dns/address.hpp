// IP addresses as values: text (RFC 5952 output; strict input) ⇄ octets, and which of them never name another
// host.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scop::dns {

class Address {
 public:
  static std::optional<Address> from_text(std::string_view text);      // "192.0.2.1", "2001:db8::1"
  static std::optional<Address> from_octets(std::string_view octets);  // 4 or 16
  // RFC 5321 4.1.3: "[192.0.2.1]", "[IPv6:2001:db8::1]".
  static std::optional<Address> from_literal(std::string_view literal);

  std::string text() const;
  std::string octets() const;
  bool is_v6() const { return v6_; }
  // Unspecified, loopback, link-local, multicast, broadcast, and the same as IPv4 mapped into IPv6: a
  // stranger's DNS that points there wants us to talk to ourselves.
  bool is_never_remote() const;

  auto operator<=>(const Address&) const = default;

 private:
  bool is_never_remote_v4(std::size_t at) const;
  bool v6_ = false;
  std::array<std::uint8_t, 16> octets_{};  // the first four where not v6_
};

}  // namespace scop::dns
