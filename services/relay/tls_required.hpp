// "TLS-Required: No" (RFC 8689 4): the sender would rather have this message delivered than protected.
#pragma once

#include <string_view>

namespace scop::relay {

// `octets` begin with the header. A header with several of these fields asks for nothing.
bool asks_for_no_tls(std::string_view octets);

}  // namespace scop::relay
