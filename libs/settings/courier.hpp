// The [courier] section: how the courier speaks to the world, and who gets mail another way than by MX.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "dns/address.hpp"

namespace scop::settings {

enum class RouteTls {
  off,            // clear text only
  opportunistic,  // STARTTLS where offered, whatever the certificate
  require,        // STARTTLS or nothing, whatever the certificate
  verify,         // STARTTLS with a certificate that is valid for the host's name, or nothing
  implicit,       // TLS from the first octet (RFC 8314), verified
};

// "relay.example:587", "192.0.2.7:25", "[2001:db8::7]:25": no MX is looked up.
struct Route {
  std::string domain;  // lower case; ".example" is everything below example; "*" every domain: the smarthost
  std::string host;    // a name or a literal address without brackets
  std::uint16_t port = 25;
  RouteTls tls = RouteTls::opportunistic;
  std::filesystem::path
      credentials_file;  // two lines, login and password; TLS must then be "verify" or "implicit"
  bool operator==(const Route&) const = default;
};

// Where a sender's SPF record does not let mail leave from our address.
enum class UnauthorisedSenders { off, warn, hold };

// [[courier.tls_policy]]: what the administrator asks of a domain's mail hosts, whatever it publishes.
enum class DomainTls { off, opportunistic, require, verify, dane };
struct TlsRule {
  std::string domain;  // as of a Route
  DomainTls policy = DomainTls::opportunistic;
  std::vector<std::string> match;  // for verify: names, or ".name" for all below
  bool operator==(const TlsRule&) const = default;
};

struct Courier {
  std::string helo;                        // default: [mesh] host
  std::uint16_t port = 25;                 // of MX hosts; another one for tests and demonstrations
  std::uint16_t https_port = 443;          // of MTA-STS policies and TLS reports; another one for tests
  RouteTls tls = RouteTls::opportunistic;  // towards MX hosts
  bool dane = true;                        // RFC 7672, where tls is opportunistic or require
  bool dane_insecure_mx = false;           // TLSA records of hosts that an unsigned domain names count too
  bool mta_sts = true;                     // RFC 8461, where tls is opportunistic or require
  std::chrono::milliseconds sts_timeout{
      30'000};                                 // for a policy, all together; RFC 8461 3.3: a minute at most
  std::vector<TlsRule> tls_rules;              // the first that fits
  std::vector<Route> routes;                   // the first that fits
  std::vector<std::string> source_addresses;   // at most one of each family
  std::vector<std::string> own_addresses;      // MX hosts with these are ourselves: a loop
  std::vector<dns::Address> public_addresses;  // what the world sees instead of our own, behind NAT
  UnauthorisedSenders unauthorised_senders = UnauthorisedSenders::warn;
  bool ipv4 = true;
  bool ipv6 = true;
  bool allow_loopback = false;        // MX hosts on addresses that never name another host
  std::filesystem::path authorities;  // PEM; default: the system's
  std::size_t connections = 500;
  std::chrono::milliseconds reuse_idle{5'000};
  std::chrono::milliseconds connect_timeout{30'000};
  std::chrono::milliseconds greeting_timeout{300'000};  // RFC 5321 4.5.3.2 and the next five
  std::chrono::milliseconds ehlo_timeout{300'000};
  std::chrono::milliseconds mail_timeout{300'000};
  std::chrono::milliseconds data_timeout{120'000};
  std::chrono::milliseconds block_timeout{180'000};
  std::chrono::milliseconds final_timeout{600'000};
  std::chrono::milliseconds attempt_timeout{
      1'500'000};  // all of one attempt together; the relay waits 30 minutes
};

// `host` is the mesh's public name, which is also what the default HELO says.
Courier read_courier(const config::Document& document, std::string_view host);

}  // namespace scop::settings
