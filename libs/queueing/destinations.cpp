#include "queueing/destinations.hpp"

#include <algorithm>
#include <utility>

namespace scop::queueing {

namespace {
constexpr std::size_t remembered_next_hops = 20'000;
}

Destinations::NextHop& Destinations::next_hop(const std::string& key) {
  auto [at, fresh] = hops_.try_emplace(key);
  if (fresh) at->second.limit = limits_.first;
  return at->second;
}

void Destinations::add(const std::string& domain, Work work) {
  auto [at, fresh] = lanes_.try_emplace(domain);
  auto& lane = at->second;
  if (fresh) lane.key = domain;
  lane.waiting.push_back(work);
  ++waiting_;
  if (!std::exchange(lane.queued, true)) turns_.push_back(domain);
}

bool Destinations::has_room(const NextHop& hop, Deadline now) const {
  if (now < hop.rests_until) return false;
  if (hop.failures > 0) return hop.under_way == 0;  // one probe at a time
  return hop.under_way < static_cast<unsigned>(hop.limit);
}

std::optional<Destinations::Started> Destinations::next(Deadline now) {
  while (under_way_ < limits_.total && !turns_.empty()) {
    auto domain = std::move(turns_.front());
    turns_.pop_front();
    auto& lane = lanes_[domain];
    lane.queued = false;
    if (lane.waiting.empty()) continue;
    auto& hop = next_hop(lane.key);
    lane.queued = true;
    if (!has_room(hop, now)) {
      hop.blocked.push_back(std::move(domain));
      continue;
    }
    Started started{domain, lane.key, lane.waiting.front()};
    lane.waiting.pop_front();
    --waiting_;
    ++hop.under_way;
    ++under_way_;
    lane.queued = !lane.waiting.empty();
    if (lane.queued) turns_.push_back(std::move(domain));
    return started;
  }
  return std::nullopt;
}

void Destinations::learn(NextHop& hop, Ending ending, Deadline now) {
  switch (ending) {
    case Ending::reached:
      hop.failures = 0;
      hop.rest = std::chrono::milliseconds{0};
      hop.limit = std::min<double>(limits_.most, hop.limit + 1.0 / hop.limit);
      return;
    case Ending::busy:
      hop.failures = 0;
      hop.limit = std::max(1.0, hop.limit / 2);
      return;
    case Ending::unreachable:
      hop.limit = std::max(1.0, hop.limit / 2);
      // Attempts that began before the rest fail during it: they must not lengthen it.
      if (now < hop.rests_until) return;
      if (++hop.failures < limits_.failures && hop.rest.count() == 0) return;
      hop.rest = hop.rest.count() == 0 ? limits_.first_rest : std::min(hop.rest * 2, limits_.longest_rest);
      hop.rests_until = now + hop.rest;
      return;
    case Ending::unknown:
      return;
  }
}

void Destinations::unblock(NextHop& hop, Deadline now) {
  if (!has_room(hop, now)) return;
  const auto room = hop.failures > 0 ? 1U : static_cast<unsigned>(hop.limit) - hop.under_way;
  for (unsigned i = 0; i < room && !hop.blocked.empty(); ++i) {
    turns_.push_back(std::move(hop.blocked.front()));
    hop.blocked.pop_front();
  }
}

void Destinations::finished(const Started& started, Ending ending, const std::string& key, Deadline now) {
  auto& before = next_hop(started.key);
  --before.under_way;
  --under_way_;
  auto& lane = lanes_[started.domain];
  const bool moved = !key.empty() && key != started.key;
  if (moved && lane.key == started.key) {
    if (std::erase(before.blocked, started.domain) > 0) turns_.push_back(started.domain);
    lane.key = key;
  }
  auto& hop = moved ? next_hop(key) : before;
  learn(hop, ending, now);
  unblock(before, now);
  if (moved) unblock(hop, now);
  if (!lane.queued && lane.waiting.empty() && lane.key == started.domain) lanes_.erase(started.domain);
  if (hops_.size() > remembered_next_hops || lanes_.size() > remembered_next_hops) forget_idle(now);
}

std::optional<Deadline> Destinations::resting_until(const std::string& domain, Deadline now) const {
  const auto lane = lanes_.find(domain);
  const auto hop = hops_.find(lane == lanes_.end() ? domain : lane->second.key);
  if (hop == hops_.end() || now >= hop->second.rests_until) return std::nullopt;
  return hop->second.rests_until;
}

std::vector<Destinations::Work> Destinations::take_waiting(const std::string& domain) {
  const auto at = lanes_.find(domain);
  if (at == lanes_.end()) return {};
  std::vector<Work> taken(at->second.waiting.begin(), at->second.waiting.end());
  at->second.waiting.clear();
  waiting_ -= taken.size();
  // An entry in turns_ is skipped when its turn comes; one in blocked would wait for a room that nobody
  // makes.
  if (std::erase(next_hop(at->second.key).blocked, domain) > 0) at->second.queued = false;
  return taken;
}

std::vector<std::string> Destinations::resting_domains(Deadline now) const {
  std::vector<std::string> resting;
  for (const auto& [key, hop] : hops_) {
    if (now >= hop.rests_until) continue;
    for (const auto& domain : hop.blocked) {
      const auto lane = lanes_.find(domain);
      if (lane != lanes_.end() && !lane->second.waiting.empty()) resting.push_back(domain);
    }
  }
  return resting;
}

void Destinations::wake_all() {
  for (auto& [key, hop] : hops_) {
    hop.rests_until = {};
    hop.rest = std::chrono::milliseconds{0};
    hop.failures = 0;
    std::ranges::move(hop.blocked, std::back_inserter(turns_));
    hop.blocked.clear();
  }
}

void Destinations::forget_idle(Deadline now) {
  std::erase_if(lanes_,
                [](const auto& entry) { return !entry.second.queued && entry.second.waiting.empty(); });
  std::erase_if(hops_, [&](const auto& entry) {
    const auto& hop = entry.second;
    return hop.under_way == 0 && hop.blocked.empty() && now >= hop.rests_until;
  });
}

}  // namespace scop::queueing
