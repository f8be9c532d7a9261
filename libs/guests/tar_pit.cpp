#include "guests/tar_pit.hpp"

#include <algorithm>

namespace scop::guests {

std::chrono::milliseconds TarPit::delay() const {
  const unsigned free = slow_ ? 0 : rules_.free_unknown;
  if (unknown_ <= free && !slow_) return std::chrono::milliseconds(0);
  const auto doublings = std::min(unknown_ - std::min(unknown_, free), 20U);
  const auto shift = slow_ ? doublings : doublings - 1;
  return std::min(rules_.first_delay * (1U << shift), rules_.longest_delay);
}

}  // namespace scop::guests
