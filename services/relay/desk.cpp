#include "desk.hpp"

#include <algorithm>

#include "limits.hpp"

namespace scop::relay {

namespace {

constexpr std::chrono::milliseconds longest_sleep{30'000};  // a clock that jumps is noticed within this
constexpr std::chrono::milliseconds shortest_sleep{25};
constexpr std::size_t rows_beyond = 1000;

}  // namespace

QueuedRecipient* Active::at(std::int64_t position) {
  const auto found = std::ranges::find(message.recipients, position, &QueuedRecipient::position);
  return found == message.recipients.end() ? nullptr : &*found;
}

bool Active::is_finished() const {
  return std::ranges::all_of(message.recipients, &QueuedRecipient::is_finished);
}

Desk::Desk(asio::io_context& io, DeskSettings settings, const Log& log, store::Writer& writer,
           files::Pool& pool, const files::Spool& spool)
    : io_(io),
      settings_(std::move(settings)),
      log_(log),
      writer_(writer),
      pool_(pool),
      spool_(spool),
      wake_(io) {}

void Desk::start(Work begin) {
  begin_ = std::move(begin);
  asio::co_spawn(io_, loop(), asio::detached);
}

void Desk::stop() {
  stopping_ = true;
  wake_.cancel();
  for (auto* timer : pauses_) timer->cancel();
}

void Desk::take(QueuedMessage message, Octets octets) {
  if (!has_room() || backlog_ || stopping_) {
    backlog_ = true;
    wake_at(now());
    return;
  }
  auto active = std::make_shared<Active>();
  active->message = std::move(message);
  active->fresh = true;
  if (cached_octets_ + octets->size() <= limits::cached_octets) {
    cached_octets_ += octets->size();
    active->octets = std::move(octets);
  }
  begin(active);
}

void Desk::begin(const ActivePtr& active) {
  active_recipients_ += active->message.recipients.size();
  active_.emplace(active->message.number, active);
  begin_(active);
}

void Desk::leave(const ActivePtr& active) {
  if (--active->tasks > 0) return;
  if (!stopping_ && !active->dropped && settle_ && settle_(active)) return;
  let_go(active);
}

void Desk::let_go(const ActivePtr& active) {
  if (active->octets) cached_octets_ -= active->octets->size();
  active->octets.reset();
  active_recipients_ -= std::min(active_recipients_, active->message.recipients.size());
  active_.erase(active->message.number);
  if (!active->message.held && !active->dropped) {
    for (const auto& recipient : active->message.recipients) {
      if (!recipient.is_finished()) wake_at(recipient.next_attempt);
    }
  }
  if (backlog_ && wants_load()) wake_.cancel();
}

Task<> Desk::record(ActivePtr active, std::vector<std::int64_t> positions, std::vector<TlsCount> tls) {
  auto entry = std::make_shared<ledger::Record>();
  entry->message = active->message.number;
  entry->finished = active->is_finished();
  entry->held = active->message.held;
  entry->tls = std::move(tls);
  if (!entry->finished) {
    for (const auto position : positions) entry->recipients.push_back(*active->at(position));
  }
  while (!active->dropped) {
    auto done = co_await writer_.write([entry](store::Database& db) { return ledger::record(db, *entry); });
    if (done) break;
    // What has happened has happened: forgetting it would repeat a delivery. The message stays in memory
    // until then.
    log_.error("not recorded", {{"id", active->message.id.text()}, {"why", done.error().what}});
    if (done.error().kind == ErrorKind::cancelled) co_return;
    co_await pause(std::chrono::seconds{2});
  }
  if (!entry->finished || active->message.spool.empty()) co_return;
  static_cast<void>(co_await pool_.run<bool>([this, name = active->message.spool]() -> Outcome<bool> {
    spool_.remove(name);
    return true;
  }));
}

Task<Outcome<Octets>> Desk::octets_of(ActivePtr active) {
  if (active->octets) co_return active->octets;
  auto content =
      co_await writer_.write<std::string>([number = active->message.number](store::Database& database) {
        return ledger::content(database, number);
      });
  if (!content) co_return std::unexpected(std::move(content.error()));
  auto octets = std::make_shared<const std::string>(std::move(*content));
  if (!active->octets && active_.contains(active->message.number) &&
      cached_octets_ + octets->size() <= limits::cached_octets) {
    cached_octets_ += octets->size();
    active->octets = octets;
  }
  co_return octets;
}

void Desk::wake_at(Time time) {
  if (time >= next_load_) return;
  next_load_ = time;
  wake_.cancel();
}

void Desk::unlock(const std::vector<std::int64_t>& numbers) {
  for (const auto number : numbers) {
    if (const auto at = locked_.find(number); at != locked_.end()) locked_.erase(at);
  }
  wake_at(now());
}

ActivePtr Desk::find(std::int64_t number) const {
  const auto found = active_.find(number);
  return found == active_.end() ? nullptr : found->second;
}

Task<> Desk::pause(std::chrono::milliseconds wait) {
  if (stopping_) co_return;
  Timer timer(io_, wait);
  pauses_.insert(&timer);
  boost::system::error_code error;
  co_await timer.async_wait(asio::redirect_error(use_task, error));
  pauses_.erase(&timer);
}

Task<> Desk::loop() {
  while (!stopping_) {
    if (wants_load() && next_load_ <= now()) co_await load();
    if (stopping_) co_return;
    // What becomes due within a moment is loaded together.
    const auto until_load = wants_load() ? next_load_ - now() : longest_sleep;
    wake_.expires_after(std::clamp(until_load, shortest_sleep, longest_sleep));
    boost::system::error_code error;
    co_await wake_.async_wait(asio::redirect_error(use_task, error));
    // The civil clock may have jumped either way meanwhile: no wait of ours is longer than this.
    next_load_ = std::min(next_load_, now() + longest_sleep);
  }
}

Task<> Desk::load() {
  const auto time = now();
  next_load_ = time + longest_sleep;
  const auto rows = active_recipients_ + rows_beyond;
  const auto latest = queueing::latest_plausible(settings_.schedule, time);
  auto due = co_await writer_.write<ledger::Due>(
      [=](store::Database& database) { return ledger::due(database, time, latest, rows); });
  if (!due) {
    log_.error("the queue cannot be read", {{"why", due.error().what}});
    wake_at(time + std::chrono::seconds{5});
    co_return;
  }
  if (due->next) wake_at(*due->next);
  std::erase_if(due->messages, [&](std::int64_t number) { return active_.contains(number); });
  const auto room = settings_.messages - std::min(settings_.messages, active_.size());
  backlog_ = due->messages.size() > room || due->messages.size() >= rows_beyond / 2;
  if (backlog_) wake_at(time);
  due->messages.resize(std::min(due->messages.size(), room));
  if (due->messages.empty()) co_return;
  auto loaded = co_await writer_.write<std::vector<QueuedMessage>>(
      [numbers = std::move(due->messages)](store::Database& database) {
        return ledger::load(database, numbers);
      });
  if (!loaded) co_return wake_at(time + std::chrono::seconds{5});
  for (auto& message : *loaded) {
    const bool is_taken = active_.contains(message.number) || locked_.contains(message.number);
    if (message.held || is_taken || stopping_) continue;
    auto active = std::make_shared<Active>();
    active->message = std::move(message);
    begin(active);
  }
  if (time < forget_at_) co_return;
  forget_at_ = time + std::chrono::hours{1};
  static_cast<void>(co_await writer_.write(
      [time](store::Database& database) { return ledger::forget_seen(database, time - limits::known_for); }));
}

}  // namespace scop::relay
