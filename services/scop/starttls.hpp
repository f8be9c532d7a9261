// An SMTP client's first words, as far as STARTTLS (RFC 3207): for looks at mail ports and their
// certificates.
#pragma once

#include <string_view>

#include "net/stream.hpp"
#include "smtp/reply.hpp"

namespace scop::command {

Task<Outcome<smtp::Reply>> read_reply(net::Stream& stream, Deadline deadline);

// Behind it the handshake may begin; the server's greeting. denied: the server said no; `what` is its reply.
Task<Outcome<smtp::Reply>> ask_for_tls(net::Stream& stream, std::string_view helo, Deadline deadline);

}  // namespace scop::command
