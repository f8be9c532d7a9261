// A shared key for TSIG (RFC 8945), hmac-sha256 alone, as tsig-keygen of BIND writes it.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::dns_update {

struct TsigKey {
  std::string name;  // presentation form, lower case, without the last dot
  Secret secret;     // octets
};

// `key "name" { algorithm hmac-sha256; secret "base64"; };` with comments, or the secret's base64 alone: then
// `name` is the key's. malformed, unsupported (another algorithm). A name in the file must be `name` where
// that is not empty.
Outcome<TsigKey> parse_tsig_key(std::string_view text, std::string_view name);

}  // namespace scop::dns_update
