// Queries of ordinary tools on the resolver's loopback port (RFC 1035 4.1, RFC 6891 6.1): header, exactly one
// question, at most one OPT record. Everything else in a query is refused, nothing is followed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "dns/extended_error.hpp"
#include "dns/type.hpp"

namespace scop::dns {

inline constexpr std::size_t header_octets = 12;
inline constexpr std::size_t least_udp_reply = 512;
inline constexpr std::size_t most_udp_reply = 1232;  // fits one unfragmented IPv6 packet

struct Query {
  std::uint16_t id = 0;
  std::uint8_t opcode = 0;
  bool recursion_desired = false;
  bool checking_disabled = false;
  bool authentic_data = false;  // RFC 6840 5.7: the asker understands AD
  std::string name;             // presentation form
  std::string question;         // the question section as it came: its letter case is echoed
  Type type{};
  std::uint16_t class_number = 1;
  bool edns = false;
  bool dnssec_ok = false;
  std::uint8_t edns_version = 0;
  std::size_t udp_size = least_udp_reply;  // between 512 and 1232
};

// The header's id alone, for a FORMERR; nullopt where not even that is there, or where it is a response.
std::optional<std::uint16_t> query_id(std::string_view octets);

Outcome<Query> parse_query(std::string_view octets);

// A reply without records. `truncated` sets TC: ask again over TCP. Why it failed reaches who speaks EDNS.
std::string empty_reply(const Query& query, Rcode rcode, bool authentic = false, bool truncated = false,
                        const std::optional<ExtendedError>& error = std::nullopt);
// For a query that did not parse.
std::string format_error(std::uint16_t id);

}  // namespace scop::dns
