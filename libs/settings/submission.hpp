// The [submission] section: where mail clients connect, with which public certificate, and within which
// bounds.
#pragma once

#include "settings/public_server.hpp"

namespace scop::settings {

struct Submission : PublicServer {
  std::vector<std::string> listen{"0.0.0.0:587"};      // STARTTLS (RFC 6409)
  std::vector<std::string> listen_tls{"0.0.0.0:465"};  // implicit TLS (RFC 8314)
  unsigned auth_tries = 5;                             // in one session
  bool hide_client_address = true;  // out of what travels with the message: Received names no client
};

Submission read_submission(const config::Document& document);

}  // namespace scop::settings
