// RDATA of one record ⇄ values (RFC 1035 3.3, 3596, 6698, 2782, 8659): uncompressed wire form as the
// resolver's answers carry it. Strict and total: every octet must be used, every length must fit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dns/address.hpp"
#include "dns/type.hpp"

namespace scop::dns {

struct Mx {
  std::uint16_t preference = 0;
  std::string exchange;  // presentation form, "." is RFC 7505's null MX
  bool operator==(const Mx&) const = default;
};
struct Tlsa {
  std::uint8_t usage = 0;
  std::uint8_t selector = 0;
  std::uint8_t matching = 0;
  std::string data;
  bool operator==(const Tlsa&) const = default;
};
struct Soa {
  std::string primary;
  std::string mailbox;
  std::uint32_t serial = 0;
  std::uint32_t refresh = 0;
  std::uint32_t retry = 0;
  std::uint32_t expire = 0;
  std::uint32_t minimum = 0;
  bool operator==(const Soa&) const = default;
};
struct Srv {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string target;
  bool operator==(const Srv&) const = default;
};

Outcome<Address> read_a(std::string_view rdata);
Outcome<Address> read_aaaa(std::string_view rdata);
Outcome<Mx> read_mx(std::string_view rdata);
Outcome<std::string> read_name(std::string_view rdata);              // CNAME, NS, PTR
Outcome<std::vector<std::string>> read_txt(std::string_view rdata);  // one or more character-strings
Outcome<Tlsa> read_tlsa(std::string_view rdata);
Outcome<Soa> read_soa(std::string_view rdata);
Outcome<Srv> read_srv(std::string_view rdata);

Outcome<std::string> to_rdata(const Mx& mx);
std::string to_rdata(const Tlsa& tlsa);
// Split into character-strings of 255 octets.
std::string txt_to_rdata(std::string_view text);

// As a zone file shows it, one line; RFC 3597 5's "\# length hex" for other types and for what does not
// parse.
std::string rdata_text(Type type, std::string_view rdata);

}  // namespace scop::dns
