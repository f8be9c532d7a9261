// The grpc-timeout field: TimeoutValue is 1*8DIGIT, TimeoutUnit one of H M S m u n (gRPC over HTTP/2,
// "Requests").
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace scop::pipe {

std::optional<std::chrono::nanoseconds> parse_timeout(std::string_view text);

// Never shorter than `left` by more than the unit's grain; nothing left is "0n".
std::string format_timeout(std::chrono::nanoseconds left);

}  // namespace scop::pipe
