// Certificates and keys from PEM files into an OpenSSL context; every error names the file and what to do.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.hpp"

struct ssl_ctx_st;

namespace scop::net {

// Both or neither: a context never holds a key that does not fit its certificate. `remedy` ends the error
// texts.
Outcome<> load_identity(ssl_ctx_st* context, const std::filesystem::path& certificate_chain,
                        const std::filesystem::path& key, std::string_view remedy);

// Trust anchors, read at once: a jailed daemon could not read them later.
Outcome<> load_authorities(ssl_ctx_st* context, const std::filesystem::path& pem, std::string_view remedy);

// The system's bundle; false where there is none.
bool load_system_authorities(ssl_ctx_st* context);

}  // namespace scop::net
