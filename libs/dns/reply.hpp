// A validating resolver's reply, made fit for one asker (RFC 4035 3.2.1, RFC 6891): the asker's id, flags and
// question, no DNSSEC records for who did not ask for them, cut with TC where it is too large. ldns inside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dns/message.hpp"

namespace scop::dns {

// What is known of an answer beside its octets.
struct AnswerState {
  bool secure = false;
  std::uint32_t age = 0;               // seconds since it came: taken off every TTL
  std::optional<std::uint32_t> ttl;    // every TTL is this one: a stale answer's (RFC 8767 4)
  std::optional<ExtendedError> error;  // bogus, asked for with CD; stale
};

// `packet` is the library's answer; `most` octets may go back. SERVFAIL where the packet does not parse.
std::string fit_reply(const Query& query, std::string_view packet, const AnswerState& state,
                      std::size_t most);

}  // namespace scop::dns
