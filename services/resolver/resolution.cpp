#include "resolver/resolution.hpp"

#include "core/ascii.hpp"
#include "resolver/limits.hpp"

namespace scop::resolver {

namespace {

Resolved fresh(std::shared_ptr<const Found> found) {
  const auto ttl = found->answer.ttl;
  return {.found = std::move(found), .ttl = ttl};
}

Resolved from(const Cache::Hit& hit) {
  return {.found = hit.found, .ttl = hit.ttl, .age = hit.age, .stale = hit.stale};
}

}  // namespace

std::optional<std::uint16_t> Resolved::extended_error() const {
  if (!stale) return found->answer.extended_error;
  const bool none = found->answer.rcode == dns::Rcode::nx_domain;
  return static_cast<std::uint16_t>(none ? dns::InfoCode::stale_nxdomain_answer
                                         : dns::InfoCode::stale_answer);
}

Resolution::Resolution(asio::io_context& io, const Log& log, Library& library, Cache& cache,
                       std::chrono::milliseconds timeout)
    : io_(io), log_(log), library_(library), cache_(cache), timeout_(timeout) {}

std::optional<Resolved> Resolution::at_once(const std::string& name, dns::Type type) {
  ++statistics_.look_ups;
  const auto now = std::chrono::steady_clock::now();
  const auto key = cache_key(name, type);
  const auto hit = cache_.find(key, now);
  if (!hit || (hit->stale && !hit->is_last_resort)) return std::nullopt;
  ++(hit->stale ? statistics_.stale : statistics_.cache_hits);
  if (hit->renew && renewals_ < limits::renewals)
    asio::co_spawn(io_, renew(key, name, type, hit->expires), asio::detached);
  return from(*hit);
}

Task<Resolved> Resolution::look_up(std::string name, dns::Type type, Deadline deadline) {
  const auto key = cache_key(name, type);
  const auto now = std::chrono::steady_clock::now();
  const auto under_way = pending_.find(key);
  if (under_way != pending_.end()) ++statistics_.joined;
  const auto pending = under_way != pending_.end() ? under_way->second : begin(key, name, type);
  const auto old = cache_.find(key, now);
  const bool has_stale = old && old->stale;
  co_await wait(*pending, has_stale ? std::min<Deadline>(deadline, now + limits::stale_patience) : deadline);
  const auto found = pending->found;
  // Bogus is an answer: it says that something is wrong now, whatever was right before.
  const bool in_vain = !found || (found->has_failed() && found->answer.validation != dns::Validation::bogus);
  if (!in_vain || !has_stale) {
    if (found) co_return fresh(found);
    ++statistics_.timed_out;
    co_return fresh(std::make_shared<const Found>(
        no_answer(std::move(name), "timed out", dns::InfoCode::no_reachable_authority, true)));
  }
  ++statistics_.stale;
  if (!found) cache_.postpone(key, std::chrono::steady_clock::now());
  co_return from(*old);
}

std::shared_ptr<Resolution::Pending> Resolution::begin(const std::string& key, std::string name,
                                                       dns::Type type) {
  auto pending = std::make_shared<Pending>();
  pending_.emplace(key, pending);
  asio::co_spawn(io_, resolve(key, std::move(name), type, pending), asio::detached);
  return pending;
}

Task<> Resolution::resolve(std::string key, std::string name, dns::Type type,
                           std::shared_ptr<Pending> pending) {
  const auto began = std::chrono::steady_clock::now();
  const auto generation = generation_;
  auto found = std::make_shared<const Found>(co_await library_.look_up(name, type, began + timeout_));
  statistics_.note(*found, std::chrono::steady_clock::now() - began);
  const auto& answer = found->answer;
  const auto shown = ascii::printable(name);
  if (answer.validation == dns::Validation::bogus) {
    log_.warning("bogus", {{"name", shown}, {"type", dns::name_of(type)}, {"why", answer.why}});
  } else {
    log_.debug("resolved", {{"name", shown},
                            {"type", dns::name_of(type)},
                            {"rcode", dns::name_of(answer.rcode)},
                            {"records", answer.records.size()},
                            {"why", answer.why}});
  }
  if (generation == generation_) {
    keep(key, found);
    pending_.erase(key);
  }
  pending->found = std::move(found);
  for (auto* timer : pending->waiting) timer->cancel();
}

void Resolution::keep(const std::string& key, const std::shared_ptr<const Found>& found) {
  const auto now = std::chrono::steady_clock::now();
  const bool in_vain = found->has_failed() && found->answer.validation != dns::Validation::bogus;
  const auto old = in_vain ? cache_.find(key, now) : std::nullopt;
  if (old && !old->found->has_failed()) {
    cache_.postpone(key, now);
  } else {
    cache_.put(key, found, now);
  }
}

// The library has a copy of its own for as long: only behind its end does it ask anyone.
Task<> Resolution::renew(std::string key, std::string name, dns::Type type, Moment expires) {
  ++renewals_;
  const auto generation = generation_;
  Timer timer(io_, expires + limits::library_rounding);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  --renewals_;
  if (generation != generation_ || pending_.contains(key)) co_return;
  ++statistics_.prefetches;
  begin(key, std::move(name), type);
}

Task<> Resolution::wait(Pending& pending, Deadline deadline) {
  if (pending.found) co_return;
  Timer timer(io_, deadline);
  pending.waiting.push_back(&timer);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  std::erase(pending.waiting, &timer);
}

}  // namespace scop::resolver
