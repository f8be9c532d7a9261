// What every server that speaks SMTP with strangers has: its certificate, its bounds on one session and on
// all of them. A part of the [submission] and [receiver] sections.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct PublicServer {
  std::filesystem::path certificate;                                 // chain in PEM
  std::filesystem::path key;                                         // default beside scop.toml: tls/…
  std::uint64_t max_message = 50U << 20U;                            // octets
  unsigned max_recipients = 100;                                     // of one message
  unsigned max_errors = 20;                                          // 5yz replies to commands in one session
  std::chrono::milliseconds idle_timeout = std::chrono::minutes(5);  // RFC 5321 4.5.3.2.7
  std::chrono::milliseconds session_timeout = std::chrono::hours(1);
  unsigned connections = 12'000;
  unsigned connections_per_address = 200;      // loopback and proxies aside; 0: no bound
  std::vector<std::string> proxy;              // addresses that must send a PROXY v2 header first
  std::uint64_t message_memory = 256U << 20U;  // octets held for all messages under way
};

// The keys above; `server` holds the defaults. `key` is the default key file.
void read_public_server(const config::Section& section, std::string_view key, PublicServer& server);

std::vector<std::string> read_endpoints(const config::Section& section, std::string_view key,
                                        std::vector<std::string> otherwise);
unsigned read_count(const config::Section& section, std::string_view key, unsigned otherwise, unsigned least,
                    unsigned most);
std::chrono::milliseconds read_timeout(const config::Section& section, std::string_view key,
                                       std::chrono::milliseconds otherwise);

}  // namespace scop::settings
