// The [acme] section: who issues the certificates of the public ports, for which names and keys, and how the
// DNS proves that they are ours. No daemon reads it; `scop acme` does.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct Acme {
  bool enabled = false;            // `scop up` runs `scop acme watch`
  std::string directory;           // the ACME server's directory (RFC 8555 7.1.1)
  std::string contact;             // a mail address; empty: none
  bool terms_agreed = false;       // to the ACME server's terms of service
  std::string key_type;            // "ecdsa-p256"; names: libs/tls_key
  std::vector<std::string> names;  // of the mail ports' certificate; default: [mesh] host
  std::vector<std::string>
      web_names;  // of the web server's; default: mta-sts., autoconfig., autodiscover. <domain>
  std::optional<std::chrono::milliseconds> renew_before;       // nullopt: a third of the lifetime
  std::chrono::milliseconds new_key_every{0};                  // 0: the key stays
  std::chrono::milliseconds retry = std::chrono::minutes(10);  // after a first failure; it doubles
  std::filesystem::path client = "/usr/bin/uacme";
  std::filesystem::path authorities;  // PEM: who vouches for the ACME server itself; empty: the system's

  std::string primary;                  // takes RFC 2136 updates; default: [dns] primary
  std::filesystem::path tsig_key_file;  // may write TXT at _acme-challenge names
  std::string tsig_name;                // empty: the name in the file
  std::vector<std::string>
      secondaries;  // "192.0.2.53:53": have to show a challenge, too, before it is looked for
  std::chrono::milliseconds propagation = std::chrono::minutes(2);  // how long for that

  std::filesystem::path tlsa_tsig_key_file;  // may write TLSA at the mail ports; empty: people publish them
  std::string tlsa_tsig_name;
  std::vector<std::uint16_t> tlsa_ports;  // whose records are rolled
  std::uint32_t tlsa_ttl = 3600;          // seconds, of new records
};

// `host` and `domain`: of [mesh].
Acme read_acme(const config::Document& document, const std::string& host, const std::string& domain);

}  // namespace scop::settings
