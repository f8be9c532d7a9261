// The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677, RFC 9266) as pure functions:
// nonces and keys are arguments. A user may have several keys under one salt; the one that fits is found.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "scram/keys.hpp"
#include "scram/messages.hpp"

namespace scop::scram {

// What the edge knows of its connection.
struct Mechanism {
  bool plus = false;          // the client chose -PLUS
  bool plus_offered = false;  // we advertised it: a "y" then is a downgrade (RFC 5802 6)
  std::string binding_name;   // "tls-exporter"
  std::string binding;        // its octets
};

// Between the two messages.
struct Exchange {
  std::string user_name;
  std::string authorization_name;
  std::string nonce;             // the client's and ours
  std::string expected_binding;  // what "c=" must hold
  std::string auth_message;      // client-first-message-bare "," server-first-message ","
};

// Errors: malformed (not a client-first-message, or not one that fits the mechanism), unsupported, denied
// (downgrade).
Outcome<ClientFirst> accept_first(std::string_view client_first, const Mechanism& mechanism);

struct Begun {
  Exchange exchange;
  std::string server_first;
};
// `nonce`: ours, printable; 18 random octets in base64.
Begun begin(const ClientFirst& first, const Mechanism& mechanism, std::string_view salt, unsigned iterations,
            std::string_view nonce);

struct Finished {
  std::size_t key = 0;       // which of the keys
  std::string server_final;  // "v=…"
};
// nullopt: no key fits. Error malformed: not a client-final-message, or of another exchange or channel.
Outcome<std::optional<Finished>> finish(const Exchange& exchange, std::string_view client_final,
                                        std::span<const StoredKeys> keys);

}  // namespace scop::scram
