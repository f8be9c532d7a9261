// Record types (RFC 1035 3.2.2 and the IANA registry) and response codes: numbers and their names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scop::dns {

enum class Type : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  srv = 33,
  ds = 43,
  rrsig = 46,
  nsec = 47,
  dnskey = 48,
  nsec3 = 50,
  nsec3param = 51,
  tlsa = 52,
  opt = 41,
  caa = 257,
};

enum class Rcode : std::uint8_t {
  no_error = 0,
  form_err = 1,
  serv_fail = 2,
  nx_domain = 3,
  not_imp = 4,
  refused = 5
};

// "MX"; "TYPE65280" where there is no name (RFC 3597 5).
std::string name_of(Type type);
std::string name_of(Rcode rcode);
// Either form, case ignored.
std::optional<Type> type_from_text(std::string_view text);

}  // namespace scop::dns
