// What one kind of server offers and bounds; shared by all its sessions, which borrow it.
#pragma once

#include <cstdint>
#include <string>

namespace scop::smtp_session {

struct Profile {
  std::string host;                // the name in the greeting
  bool offers_starttls = false;    // while in clear
  bool requires_tls = false;       // before MAIL
  bool offers_auth = false;        // never before TLS
  bool requires_auth = false;      // before MAIL
  bool offers_requiretls = false;  // RFC 8689

  std::uint64_t most_octets = 50'000'000;  // of a message
  unsigned most_recipients = 100;          // of a message
  unsigned most_errors = 20;               // 5yz replies to commands; one more ends the session
  unsigned most_auth_tries = 5;            // one more ends the session
  unsigned most_idle_commands = 100;       // between two messages: NOOP, RSET, EHLO, VRFY …
};

}  // namespace scop::smtp_session
