#include "guests/rates.hpp"

#include <algorithm>

namespace scop::guests {

double Rates::most(Kind kind) const {
  return static_cast<double>(rules_.per_minute.at(static_cast<std::size_t>(kind))) * rules_.burst;
}

Rates::Buckets Rates::full(Deadline now) const {
  Buckets buckets;
  for (std::size_t i = 0; i < buckets.size(); ++i)
    buckets.at(i) = {.left = most(static_cast<Kind>(i)), .latest = now};
  return buckets;
}

Rates::Bucket& Rates::refilled(const std::string& network, Kind kind, Deadline now) {
  const auto index = static_cast<std::size_t>(kind);
  auto& bucket = entries_.touch(network, full(now)).at(index);
  const std::chrono::duration<double, std::ratio<60>> passed = now - bucket.latest;
  bucket.left =
      std::min(most(kind), bucket.left + std::max(0.0, passed.count()) * rules_.per_minute.at(index));
  bucket.latest = now;
  return bucket;
}

bool Rates::take(const std::string& network, Kind kind, Deadline now) {
  if (most(kind) == 0) return true;
  auto& bucket = refilled(network, kind, now);
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

void Rates::charge(const std::string& network, Kind kind, unsigned count, Deadline now) {
  if (most(kind) == 0 || count == 0) return;
  auto& bucket = refilled(network, kind, now);
  bucket.left = std::max(-most(kind), bucket.left - count);
}

bool Rates::is_spent(const std::string& network, Kind kind, Deadline now) {
  return most(kind) != 0 && refilled(network, kind, now).left < 1;
}

}  // namespace scop::guests
