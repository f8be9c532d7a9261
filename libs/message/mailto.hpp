// mailto: URIs (RFC 6068 2) as policies name them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop::message {

// The one address, percent signs decoded, header fields ("?subject=…") aside; nullopt where it is another
// scheme, or would not fit an SMTP path.
std::optional<std::string> mailto_address(std::string_view uri);

}  // namespace scop::message
