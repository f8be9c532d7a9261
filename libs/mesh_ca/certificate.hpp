// The mesh's own certificate authority: EC P-256 keys, X.509 v3 (RFC 5280), identities as one URI
// subjectAltName spiffe://<domain>/<name> each, beside the DNS name <name> that ordinary gRPC clients
// compare. Makes PEM texts; writes no file. Its key stays with the administrator.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::mesh_ca {

struct Pair {
  std::string certificate;  // PEM
  Secret key;               // PEM, PKCS#8
};

using Days = std::chrono::days;
inline constexpr Days ca_lifetime{3652};
inline constexpr Days leaf_lifetime{30};
inline constexpr Days trial_lifetime{397};

Outcome<Pair> make_ca(std::string_view domain, Time now);

// A leaf with a new key for spiffe://<domain>/<name>, good for both ends of a pipe.
Outcome<Pair> issue(const Pair& ca, std::string_view domain, std::string_view name, Time now,
                    Days lifetime = leaf_lifetime);

// A leaf for the key that `old_certificate` names, so that renewing never needs the daemon's private key.
// Error denied: the old one is not this CA's, or not of this identity.
Outcome<std::string> renew(const Pair& ca, std::string_view old_certificate, std::string_view domain,
                           std::string_view name, Time now, Days lifetime = leaf_lifetime);

// For a public port, to try things out: mail clients will ask their user. `addresses` are literal IP
// addresses.
Outcome<Pair> make_self_signed(std::string_view host, std::span<const std::string> addresses, Time now);
// For several hosts; the first one is the subject's name as well.
Outcome<Pair> make_self_signed(std::span<const std::string> hosts, std::span<const std::string> addresses,
                               Time now);

}  // namespace scop::mesh_ca
