// The [resolver] section: where answers come from and whom the ordinary DNS port serves. Names here are
// domain names; servers are literal addresses, "ip" or "ip@port", with DNS over TLS "tls://ip@port#name".
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct DnsServer {
  std::string address;
  std::uint16_t port = 53;
  std::string tls_name;  // DNS over TLS (RFC 7858), the certificate must be for this name; empty: plain DNS
  bool operator==(const DnsServer&) const = default;
};

// nullopt: neither "192.0.2.53", "192.0.2.53@5300" nor "tls://192.0.2.53@853#dns.example".
std::optional<DnsServer> read_dns_server(std::string_view text);

struct StubZone {
  std::string zone;
  std::vector<DnsServer> servers;  // authoritative for it
  bool primed = false;             // they only lead to the servers that the zone itself names
  bool operator==(const StubZone&) const = default;
};

struct Resolver {
  std::vector<std::string> listen;  // "127.0.0.1:5353", UDP and TCP, for ordinary tools; default none
  std::vector<DnsServer> forward;   // ask these resolvers; none: recursion from the root
  std::filesystem::path authorities = "/etc/ssl/certs/ca-certificates.crt";  // of their certificates
  std::vector<StubZone> stubs;                                               // [[resolver.stub]]
  bool dnssec = true;
  std::vector<std::string> trust_anchors;     // DS or DNSKEY records; where given, they replace the root's
  std::filesystem::path trust_anchor_file;    // the same, from a file
  bool trust_anchor_updates = true;           // RFC 5011, kept in the state folder
  std::filesystem::path root_hints;           // default: libunbound's own
  std::vector<std::string> insecure_domains;  // not validated at or below these names (RFC 7646)
  std::vector<std::string> local_zones;       // "zone type" as in unbound.conf(5): "test. static"
  std::vector<std::string> local_data;        // "name. IN A 192.0.2.1"
  bool qname_minimisation = true;             // RFC 9156
  bool aggressive_nsec = true;                // RFC 8198
  bool mixed_case = false;                    // 0x20: letter case as a nonce
  bool prefetch = true;                       // renew answers that were asked for in their last tenth
  std::chrono::milliseconds serve_stale{24 * 3600 * 1000};  // past their TTL (RFC 8767); zero: never
  std::uint64_t cache = 32ULL << 20U;                       // octets
  std::chrono::milliseconds timeout{10'000};                // of one look-up; the caller's may be sooner
  bool ipv4 = true;                                         // to the world's servers
  bool ipv6 = true;
  // For tests alone; the daemon warns of them at every start.
  std::string unsafe_test_clock;                      // signatures are judged at this time: "20260101120000"
  std::chrono::milliseconds unsafe_test_hold_down{};  // instead of RFC 5011's 30 days
  bool operator==(const Resolver&) const = default;
};

Resolver read_resolver(const config::Document& document);

}  // namespace scop::settings
