// The [resolver] section: where answers come from and whom the ordinary DNS port serves. Names here are
// domain names, addresses literal "ip" or "ip@port" (port 53 where none is said).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct StubZone {
  std::string zone;
  std::vector<std::string> addresses;  // of its authoritative servers
  bool operator==(const StubZone&) const = default;
};

struct Resolver {
  std::vector<std::string> listen;   // "127.0.0.1:5353", UDP and TCP, for ordinary tools; default none
  std::vector<std::string> forward;  // ask these resolvers; none: recursion from the root
  std::vector<StubZone> stubs;       // [[resolver.stub]]
  bool dnssec = true;
  std::vector<std::string> trust_anchors;     // DS or DNSKEY records; where given, they replace the root's
  std::filesystem::path trust_anchor_file;    // the same, from a file
  std::filesystem::path root_hints;           // default: libunbound's own
  std::vector<std::string> insecure_domains;  // not validated at or below these names
  std::vector<std::string> local_zones;       // "zone type" as in unbound.conf(5): "test. static"
  std::vector<std::string> local_data;        // "name. IN A 192.0.2.1"
  std::uint64_t cache = 32ULL << 20U;         // octets
  std::chrono::milliseconds timeout{10'000};  // of one look-up; the caller's deadline may be sooner
  bool ipv4 = true;                           // to the world's servers
  bool ipv6 = true;
};

Resolver read_resolver(const config::Document& document);

}  // namespace scop::settings
