// The [web] section: where the web daemon listens, with which certificates, within which bounds, and what it
// tells about our domains.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct WebPair {
  std::filesystem::path certificate;  // chain in PEM
  std::filesystem::path key;
  bool operator==(const WebPair&) const = default;
};

// What a mail program is told to connect to.
struct MailServer {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const MailServer&) const = default;
};

enum class StsMode { none, testing, enforce };  // RFC 8461 3.2

struct Web {
  std::vector<std::string> listen;       // HTTPS, "0.0.0.0:443"; none: nothing is served
  std::vector<std::string> listen_http;  // sends to HTTPS, nothing else
  std::vector<WebPair> pairs;            // chosen by SNI; the first one where no certificate has the name
  unsigned connections = 1'000;
  unsigned connections_per_address = 50;                                 // loopback aside; 0: no bound
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(30);     // between requests
  std::chrono::milliseconds request_timeout = std::chrono::seconds(20);  // from its first octet to its last
  std::vector<std::string> proxy;  // addresses that must send a PROXY v2 header

  StsMode mta_sts = StsMode::testing;
  std::chrono::seconds mta_sts_max_age = std::chrono::weeks(1);
  std::vector<std::string> mta_sts_mx;  // patterns; default: [mesh] host

  std::optional<MailServer> imap;             // TLS from the start, but port 143: STARTTLS
  std::optional<MailServer> submissions;      // TLS from the start (RFC 8314)
  std::optional<MailServer> submission;       // STARTTLS (RFC 6409)
  std::string matrix_server;                  // "matrix.example.org:443"; empty: not told
  std::string matrix_client;                  // "https://matrix.example.org"; empty: not told
  std::vector<std::string> security_contact;  // URIs (RFC 9116 2.5.3); none: no security.txt
};

// `host`: [mesh] host, which is MX and mail server where nothing else is said.
Web read_web(const config::Document& document, std::string_view host);

}  // namespace scop::settings
