// Certificate signing requests (RFC 2986) with the names in a subjectAltName alone (RFC 5280 4.2.1.6, RFC
// 8555 7.4): whoever asks for the certificate needs the request, never the key.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::tls_key {

inline constexpr std::size_t most_names = 100;

// PEM. malformed: the key, or a name that is no DNS name ("*.example.org" is one); too_large: too many names.
Outcome<std::string> make_request(std::string_view key_pem, std::span<const std::string> names);

}  // namespace scop::tls_key
