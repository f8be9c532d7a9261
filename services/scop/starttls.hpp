// An SMTP client's first words, as far as STARTTLS (RFC 3207): for looks at the certificates of mail ports.
#pragma once

#include <string_view>

#include "net/stream.hpp"

namespace scop::command {

// Behind it the handshake may begin. denied: the server said no; `what` is its reply.
Task<Outcome<>> ask_for_tls(net::Stream& stream, std::string_view helo, Deadline deadline);

}  // namespace scop::command
