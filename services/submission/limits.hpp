// Submission's fixed bounds beside those of libs/edge.
#pragma once

#include <chrono>

namespace scop::submission::limits {

inline constexpr std::chrono::seconds accounts{15};  // argon2id stands in a queue

}  // namespace scop::submission::limits
