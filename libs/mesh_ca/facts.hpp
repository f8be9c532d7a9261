// What a certificate says, for `scop check` and `scop certs`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace scop::mesh_ca {

struct Facts {
  std::string subject;
  std::string issuer;
  std::vector<std::string> uris;   // subjectAltName, RFC 5280 4.2.1.6
  std::vector<std::string> hosts;  // likewise, DNS names
  Time not_before;
  Time not_after;
};

// Of the first certificate in a PEM text.
Outcome<Facts> read_facts(std::string_view certificate);

// Whether the certificate's public key is that of the private one.
Outcome<bool> belong_together(std::string_view certificate, std::string_view key);

std::string identity(std::string_view domain, std::string_view name);  // spiffe://<domain>/<name>

}  // namespace scop::mesh_ca
