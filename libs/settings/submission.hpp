// The [submission] section: where mail clients connect, with which public certificate, and within which
// bounds.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct Submission {
  std::vector<std::string> listen{"0.0.0.0:587"};      // STARTTLS (RFC 6409)
  std::vector<std::string> listen_tls{"0.0.0.0:465"};  // implicit TLS (RFC 8314)
  std::filesystem::path certificate;                   // chain in PEM; default tls/cert.pem beside scop.toml
  std::filesystem::path key;                           // default tls/key.pem
  std::uint64_t max_message = 50U << 20U;              // octets
  unsigned max_recipients = 100;                       // of one message
  unsigned max_errors = 20;                            // 5yz replies to commands in one session
  unsigned auth_tries = 5;                             // in one session
  std::chrono::milliseconds idle_timeout = std::chrono::minutes(5);  // RFC 5321 4.5.3.2.7
  std::chrono::milliseconds session_timeout = std::chrono::hours(1);
  unsigned connections = 12'000;
  unsigned connections_per_address = 200;  // loopback and proxies aside; 0: no bound
  std::vector<std::string> proxy;          // addresses that must send a PROXY v2 header first
  bool hide_client_address = true;         // out of what travels with the message: Received names no client
  std::uint64_t message_memory = 256U << 20U;  // octets held for all messages under way
};

Submission read_submission(const config::Document& document);

}  // namespace scop::settings
