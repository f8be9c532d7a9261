// The bounds of a Pass, the same at every stage.
#pragma once

#include <chrono>

namespace scop::stage::limits {

inline constexpr std::chrono::seconds idle{60};  // between two parts, in either direction
inline constexpr std::chrono::seconds open_next{10};
inline constexpr std::chrono::seconds next_answers{55};  // after the last part: the edge answers at 60 s
inline constexpr std::chrono::seconds ask_next{10};      // Outcome

}  // namespace scop::stage::limits
