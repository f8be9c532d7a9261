// The [signer] section: what is signed and how, and where the key records are published.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct Signer {
  bool pass_unsigned = false;         // unsigned_domains = "pass": a From domain without a key is let through
  std::vector<std::string> oversign;  // field names beside the built-in list
  std::chrono::seconds lifetime{0};   // x= is t= and this; 0: no x=
  std::string primary;  // "127.0.0.1:53": takes RFC 2136 updates; empty: records are not published
  std::string zone;     // empty: the signing domain is the zone
  std::filesystem::path tsig_key_file;    // as tsig-keygen writes it; empty: updates are not signed
  std::string tsig_name;                  // empty: the name in the file
  std::uint32_t ttl = 3600;               // seconds, of the records
  std::vector<std::string> name_servers;  // "192.0.2.2:53": must answer a record before it counts
  // The life of a key.
  std::chrono::milliseconds rotate_every{0};  // 0: only when asked
  std::chrono::milliseconds keep = std::chrono::days{7};
  std::chrono::milliseconds retire_for = std::chrono::days{7};
  std::chrono::milliseconds margin = std::chrono::hours{1};
};

Signer read_signer(const config::Document& document);

}  // namespace scop::settings
