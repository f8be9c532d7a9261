// Clock values. Decisions take time as an argument; only daemons read a clock.
#pragma once

#include <chrono>

namespace scop {

// Civil time to the millisecond: what is stored, sent and shown.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// Points on the monotonic clock: what deadlines are made of.
using Deadline = std::chrono::steady_clock::time_point;

inline Deadline in(std::chrono::milliseconds wait) { return std::chrono::steady_clock::now() + wait; }

// Reads the civil clock. Builds with the tests shift it by the seconds in the file that SCOP_CLOCK names.
Time now();

}  // namespace scop
