// A validating resolver's reply, made fit for one asker (RFC 4035 3.2.1, RFC 6891): the asker's id, flags and
// question, no DNSSEC records for who did not ask for them, cut with TC where it is too large. ldns inside.
#pragma once

#include <string>
#include <string_view>

#include "dns/message.hpp"

namespace scop::dns {

// `packet` is the library's answer; `most` octets may go back. SERVFAIL where the packet does not parse.
std::string fit_reply(const Query& query, std::string_view packet, bool secure, std::size_t most);

}  // namespace scop::dns
