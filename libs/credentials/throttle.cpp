#include "credentials/throttle.hpp"

#include <algorithm>

namespace scop::credentials {

namespace {

std::string key_of(std::string_view daemon, std::string_view login) {
  return std::string(daemon).append(1, '\0').append(login);
}

}  // namespace

Throttle::Count* Throttle::find(std::string_view daemon, std::string_view login) {
  const auto found = counts_.find(key_of(daemon, login));
  return found == counts_.end() ? nullptr : &*found->second;
}

Throttle::Count& Throttle::touch(std::string_view daemon, std::string_view login) {
  auto key = key_of(daemon, login);
  if (const auto found = counts_.find(key); found != counts_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return order_.front();
  }
  if (counts_.size() >= rules_.most_counts) {
    counts_.erase(order_.back().key);
    order_.pop_back();
  }
  order_.push_front(Count{.key = key});
  counts_.emplace(std::move(key), order_.begin());
  return order_.front();
}

std::chrono::seconds Throttle::wait_of(const Count& count, Deadline now) const {
  if (count.failures < rules_.free_failures || now - count.latest >= rules_.forgotten_after) {
    return std::chrono::seconds(0);
  }
  if (now < count.next) return std::chrono::ceil<std::chrono::seconds>(count.next - now);
  // Many guesses begun at once would all see the same count.
  return count.under_way > 0 ? rules_.first_wait : std::chrono::seconds(0);
}

std::chrono::seconds Throttle::wait(std::string_view daemon, std::string_view login, Deadline now) const {
  const auto found = counts_.find(key_of(daemon, login));
  return found == counts_.end() ? std::chrono::seconds(0) : wait_of(*found->second, now);
}

std::chrono::seconds Throttle::begin(std::string_view daemon, std::string_view login, Deadline now) {
  auto& count = touch(daemon, login);
  const auto wait = wait_of(count, now);
  if (wait > std::chrono::seconds(0)) return wait;
  if (now - count.latest >= rules_.forgotten_after) count.failures = 0;
  ++count.under_way;
  return std::chrono::seconds(0);
}

void Throttle::ended(Count& count) const {
  if (count.under_way > 0) --count.under_way;
}

void Throttle::succeeded(std::string_view daemon, std::string_view login) {
  auto* count = find(daemon, login);
  if (count == nullptr) return;
  ended(*count);
  count->failures = 0;
  if (count->under_way > 0) return;
  const auto found = counts_.find(count->key);
  order_.erase(found->second);
  counts_.erase(found);
}

void Throttle::failed(std::string_view daemon, std::string_view login, Deadline now) {
  auto& count = touch(daemon, login);
  ended(count);
  ++count.failures;
  count.latest = now;
  if (count.failures < rules_.free_failures) return;
  const auto doublings = std::min(count.failures - rules_.free_failures, 20U);
  count.next = now + std::min(rules_.first_wait * (1U << doublings), rules_.longest_wait);
}

void Throttle::gave_up(std::string_view daemon, std::string_view login) {
  if (auto* count = find(daemon, login); count != nullptr) ended(*count);
}

}  // namespace scop::credentials
