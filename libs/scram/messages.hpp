// The messages of a SCRAM exchange (RFC 5802 5 and 7): strict parsers of what a client says.
//   client-first-message = gs2-header [reserved-mext ","] username "," nonce ["," extensions]
//   gs2-header           = ("p=" cb-name / "n" / "y") "," ["a=" saslname] ","
//   client-final-message = "c=" base64 "," nonce ["," extensions] "," "p=" base64
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::scram {

inline constexpr std::size_t most_message = 4096;  // octets; RFC 5802 sets no bound
inline constexpr std::size_t most_nonce = 512;

enum class ChannelBinding {
  unsupported_by_client,  // "n"
  unseen_at_server,       // "y": the client could, and believes that we cannot
  used,                   // "p=…"
};

struct ClientFirst {
  ChannelBinding binding = ChannelBinding::unsupported_by_client;
  std::string binding_name;        // "tls-exporter", where used
  std::string gs2_header;          // as it stood, with its commas
  std::string bare;                // the rest, as it stood
  std::string authorization_name;  // decoded; may be empty
  std::string user_name;           // decoded, valid UTF-8
  std::string nonce;
  bool operator==(const ClientFirst&) const = default;
};

struct ClientFinal {
  std::string channel_binding;  // decoded: gs2-header and, where used, the binding's octets
  std::string nonce;
  std::string proof;          // decoded
  std::string without_proof;  // as it stood
  bool operator==(const ClientFinal&) const = default;
};

// unsupported: a mandatory extension ("m="), which must make the exchange fail. Optional ones are passed
// over.
Outcome<ClientFirst> parse_client_first(std::string_view message);
Outcome<ClientFinal> parse_client_final(std::string_view message);

// saslname: "," as "=2C", "=" as "=3D"; nullopt for anything else behind a "=", for NUL and for what is not
// UTF-8.
std::string encode_name(std::string_view name);
std::optional<std::string> decode_name(std::string_view text);

}  // namespace scop::scram
