#include "queueing/pace.hpp"

#include <algorithm>

namespace scop::queueing {

namespace {

constexpr double weight = 0.05;  // of the newest interval
constexpr std::chrono::microseconds shortest_interval{200};
constexpr std::chrono::seconds longest_interval{1};
constexpr std::chrono::milliseconds soonest{100};
constexpr std::chrono::minutes latest{5};

}  // namespace

void Pace::finished(std::size_t waiting, Deadline now) {
  if (waiting == 0) {
    interval_ = std::max<Interval>(interval_ * (1 - weight), shortest_interval);
  } else if (last_end_ != Deadline{}) {
    const auto gap = std::min<Interval>(now - last_end_, longest_interval);
    interval_ = interval_ * (1 - weight) + gap * weight;
  }
  last_end_ = now;
}

std::chrono::milliseconds Pace::next_return(std::size_t waiting, Deadline now) {
  using Step = Deadline::duration;
  // The first comes back when half of what waits in memory has gone.
  const auto half = std::chrono::duration_cast<Step>(interval_ * (static_cast<double>(waiting) / 2));
  const auto step = std::chrono::duration_cast<Step>(interval_);
  last_return_ = std::min<Deadline>(std::max(last_return_ + step, now + half), now + latest);
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(last_return_ - now), soonest);
}

}  // namespace scop::queueing
