// Percent-encoding of the grpc-message field (gRPC over HTTP/2, "Responses"): all but %x20-%x24 and
// %x26-%x7E.
#pragma once

#include <string>
#include <string_view>

namespace scop::pipe {

std::string percent_encode(std::string_view text);

// Lenient, as that page asks: what is no valid escape stays as it is.
std::string percent_decode(std::string_view text);

}  // namespace scop::pipe
