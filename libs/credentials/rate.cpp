#include "credentials/rate.hpp"

#include <algorithm>

namespace scop::credentials {

Rate::Rate(unsigned per_second, Deadline now)
    : per_second_(per_second), most_(per_second * 10.0), left_(most_), latest_(now) {}

void Rate::refill(Deadline now) {
  const std::chrono::duration<double> passed = now - latest_;
  left_ = std::min(most_, left_ + std::max(0.0, passed.count()) * per_second_);
  latest_ = now;
}

bool Rate::is_spent(Deadline now) {
  refill(now);
  return left_ < 1.0;
}

void Rate::take(Deadline now) {
  refill(now);
  left_ = std::max(0.0, left_ - 1.0);
}

}  // namespace scop::credentials
