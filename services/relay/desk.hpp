// The messages in memory: what was just committed or has become due. The desk loads them, keeps their octets
// for a while, records results durably (a result that cannot be recorded is held until it can), and lets them
// go. In-flight state is memory only: after a crash everything not recorded is simply due again.
#pragma once

#include <functional>
#include <unordered_map>

#include "files/pool.hpp"
#include "files/spool.hpp"
#include "ledger.hpp"
#include "log/log.hpp"
#include "neighbours.hpp"
#include "queueing/schedule.hpp"
#include "store/writer.hpp"

namespace scop::relay {

struct Active {
  QueuedMessage message;
  Octets octets;                // null: on disk alone
  unsigned tasks = 0;           // coroutines at work on it
  bool fresh = false;           // committed by this process and never tried
  bool dropped = false;         // by the administrator: no more attempts
  bool notices_failed = false;  // the signer did not take a notification: later

  QueuedRecipient* at(std::int64_t position);
  bool is_finished() const;
};
using ActivePtr = std::shared_ptr<Active>;

struct DeskSettings {
  std::size_t messages = 4096;
  queueing::Schedule schedule;
};

class Desk {
 public:
  using Work = std::function<void(ActivePtr)>;

  Desk(asio::io_context& io, DeskSettings settings, const Log& log, store::Writer& writer, files::Pool& pool,
       const files::Spool& spool);

  // `begin` is called for every message that enters memory; each must be left() once per entered task.
  void start(Work begin);
  void stop();

  // One that was just committed; where there is no room it waits on disk.
  void take(QueuedMessage message, Octets octets);
  void enter(const ActivePtr& active) { ++active->tasks; }
  // The last one to leave lets the message go; `settle` is asked first whether more is to be done.
  void leave(const ActivePtr& active);
  void on_settle(std::function<bool(const ActivePtr&)> settle) { settle_ = std::move(settle); }

  // Makes the state of these recipients durable, and the message go where all is done; TLS sessions are
  // counted in the same transaction.
  Task<> record(ActivePtr active, std::vector<std::int64_t> positions, std::vector<TlsCount> tls = {});
  Task<Outcome<Octets>> octets_of(ActivePtr active);

  void wake_at(Time time);
  // While the administrator changes a message on disk it is not loaded.
  void lock(const std::vector<std::int64_t>& numbers) { locked_.insert(numbers.begin(), numbers.end()); }
  void unlock(const std::vector<std::int64_t>& numbers);
  ActivePtr find(std::int64_t number) const;
  bool is_stopping() const { return stopping_; }
  std::size_t size() const { return active_.size(); }
  const queueing::Schedule& schedule() const { return settings_.schedule; }
  // Waits, but no longer than until stop().
  Task<> pause(std::chrono::milliseconds wait);

 private:
  Task<> loop();
  Task<> load();
  void begin(const ActivePtr& active);
  void let_go(const ActivePtr& active);
  bool has_room() const { return active_.size() < settings_.messages; }
  // The disk is asked once a quarter of memory is free, not for every place.
  bool wants_load() const { return active_.size() * 4 <= settings_.messages * 3; }

  asio::io_context& io_;
  DeskSettings settings_;
  const Log& log_;
  store::Writer& writer_;
  files::Pool& pool_;
  const files::Spool& spool_;
  Work begin_;
  std::function<bool(const ActivePtr&)> settle_;
  std::unordered_map<std::int64_t, ActivePtr> active_;
  std::multiset<std::int64_t> locked_;
  std::size_t active_recipients_ = 0;
  std::size_t cached_octets_ = 0;
  Time next_load_{};
  bool backlog_ = false;  // messages that are due wait on disk: newer ones wait behind them
  Time forget_at_{};
  Timer wake_;
  std::set<Timer*> pauses_;
  bool stopping_ = false;
};

}  // namespace scop::relay
