#include "queueing/schedule.hpp"

#include <algorithm>

namespace scop::queueing {

namespace {

constexpr unsigned attempts_that_convince = 6;

std::chrono::milliseconds plain_wait(const Schedule& schedule, unsigned attempts) {
  if (schedule.waits.empty()) return schedule.longest_wait;
  const std::size_t index = attempts == 0 ? 0 : attempts - 1;
  if (index < schedule.waits.size()) return std::min(schedule.waits[index], schedule.longest_wait);
  auto wait = std::max(schedule.waits.back(), std::chrono::milliseconds{1});
  for (auto i = schedule.waits.size(); i <= index && wait < schedule.longest_wait; ++i) wait *= 2;
  return std::min(wait, schedule.longest_wait);
}

// splitmix64: spreads neighbouring seeds evenly.
std::uint64_t spread(std::uint64_t seed) {
  seed += 0x9e3779b97f4a7c15ULL;
  seed = (seed ^ (seed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  seed = (seed ^ (seed >> 27U)) * 0x94d049bb133111ebULL;
  return seed ^ (seed >> 31U);
}

}  // namespace

std::chrono::milliseconds wait_after(const Schedule& schedule, unsigned attempts, std::uint64_t seed) {
  const auto wait = plain_wait(schedule, attempts);
  const auto per_mille = static_cast<std::int64_t>(spread(seed) % 301) - 150;
  return wait + wait * per_mille / 1000;
}

unsigned attempts_before_expiry(const Schedule& schedule) {
  std::chrono::milliseconds passed{0};
  unsigned attempts = 1;
  while (attempts < attempts_that_convince) {
    passed += plain_wait(schedule, attempts);
    if (passed >= schedule.expire) break;
    ++attempts;
  }
  return attempts;
}

bool is_expired(const Schedule& schedule, Time received, unsigned attempts, Time now) {
  return now - received >= schedule.expire && attempts >= attempts_before_expiry(schedule);
}

bool wants_delay_notice(const Schedule& schedule, Time received, unsigned attempts, Time now) {
  if (schedule.delay_notice.count() == 0) return false;
  return now - received >= schedule.delay_notice && attempts >= 2;
}

Time latest_plausible(const Schedule& schedule, Time now) {
  return now + schedule.longest_wait * 2 + std::chrono::minutes{10};
}

}  // namespace scop::queueing
