// The server's side of one SMTP session that takes everything: as fast as it can, as correct as a sender
// needs.
#pragma once

#include "arrivals.hpp"
#include "connection.hpp"

namespace scop::bench {

// Runs until the peer leaves; every message that got a 250 has been noted in `arrivals` before.
Task<> take_everything(Connection connection, SSL_CTX* tls, Arrivals& arrivals);

}  // namespace scop::bench
