// A token bucket: so many events a second, bursts of ten times as many. Time is an argument.
#pragma once

#include "core/clock.hpp"

namespace scop::credentials {

class Rate {
 public:
  Rate(unsigned per_second, Deadline now);
  bool is_spent(Deadline now);  // no event may happen now
  void take(Deadline now);      // one has happened

 private:
  void refill(Deadline now);
  double per_second_;
  double most_;
  double left_;
  Deadline latest_;
};

}  // namespace scop::credentials
