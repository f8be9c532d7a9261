// How fast a destination takes messages, and so when one for which memory has no room should come back from
// disk: spaced by what the destination takes, so that it never idles and the disk is not asked in vain. Pure:
// time is an argument.
#pragma once

#include <chrono>
#include <cstddef>

#include "core/clock.hpp"

namespace scop::queueing {

class Pace {
 public:
  // An attempt has ended while `waiting` wait in memory. Where none does, the destination could have taken
  // more.
  void finished(std::size_t waiting, Deadline now);
  // From now, for one more message that waits on disk while `waiting` wait in memory.
  std::chrono::milliseconds next_return(std::size_t waiting, Deadline now);

 private:
  using Interval = std::chrono::duration<double, std::milli>;
  Interval interval_{50};  // between two ends, smoothed
  Deadline last_end_{};
  Deadline last_return_{};
};

}  // namespace scop::queueing
