// Who a peer is: its certificate's one URI spiffe://<trust domain>/<name> (SPIFFE-ID 2). Exactly one URI, the
// right domain, one path segment of [a-z0-9-]; everything else is nobody.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::pipe {

Outcome<std::string> identity_of(std::span<const std::string> uris, std::string_view trust_domain);

}  // namespace scop::pipe
