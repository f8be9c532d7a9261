// The receiver's fixed bounds beside those of libs/edge.
#pragma once

#include <chrono>

namespace scop::receiver::limits {

inline constexpr std::chrono::seconds accounts{10};
inline constexpr std::chrono::seconds early_octets{1};  // to read what came before the greeting

}  // namespace scop::receiver::limits
