// The receiver's fixed bounds beside those of libs/edge.
#pragma once

#include <chrono>

namespace scop::receiver::limits {

inline constexpr std::chrono::seconds accounts{10};

}  // namespace scop::receiver::limits
