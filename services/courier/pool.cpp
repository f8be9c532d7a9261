#include "courier/pool.hpp"

#include "courier/limits.hpp"

namespace scop::courier {

namespace {

// Beside the call that used the connection; the slot is held until the farewell is over.
Task<> farewell(std::unique_ptr<Connection> connection, Pool::Slot slot) {
  co_await connection->say_farewell();
  connection.reset();
  static_cast<void>(slot);
}

}  // namespace

Pool::Pool(asio::io_context& io, std::size_t most, std::chrono::milliseconds idle)
    : io_(io), most_(most), idle_for_(idle), sweeper_(io) {}

Task<Pool::Slot> Pool::slot(Deadline deadline) {
  while (used_ >= most_) {
    if (!idle_.empty()) {
      idle_.pop_front();  // without a farewell: somebody needs the place now
      continue;
    }
    const auto timer = std::make_shared<Timer>(io_, deadline);
    waiting_.push_back(timer);
    boost::system::error_code error;
    co_await timer->async_wait(asio::redirect_error(use_task, error));
    if (!error) {
      std::erase(waiting_, timer);
      co_return Slot();
    }
  }
  ++used_;
  co_return Slot(*this);
}

void Pool::give_back_slot() {
  --used_;
  if (waiting_.empty()) return;
  waiting_.front()->cancel();
  waiting_.pop_front();
}

bool Pool::has_host(const std::string& prefix) const {
  return std::ranges::any_of(idle_, [&](const Idle& idle) { return idle.key.starts_with(prefix); });
}

Pool::Held Pool::take(const std::string& key) {
  for (auto at = idle_.end(); at != idle_.begin();) {
    --at;
    if (at->key != key) continue;
    auto held = std::move(at->held);
    idle_.erase(at);
    return held;
  }
  return {};
}

void Pool::put(const std::string& key, Held held) {
  if (!held.connection) return;
  if (!held.connection->reusable()) return;  // broken: closing is all
  const bool worn_out = held.connection->transactions() >= limits::transactions_per_connection;
  const auto same = std::ranges::count(idle_, key, &Idle::key);
  const bool crowded = static_cast<std::size_t>(same) >= limits::idle_per_host || !waiting_.empty();
  if (closing_ || worn_out || crowded || idle_for_.count() <= 0) return end(std::move(held));
  idle_.push_back({key, std::move(held), in(idle_for_)});
  if (idle_.size() > limits::idle_connections) {
    auto oldest = std::move(idle_.front().held);
    idle_.pop_front();
    end(std::move(oldest));
  }
  if (idle_.size() == 1) sweep_later();
}

void Pool::end(Held held) {
  asio::co_spawn(io_, farewell(std::move(held.connection), std::move(held.slot)), asio::detached);
}

void Pool::sweep_later() {
  if (idle_.empty()) return;
  sweeper_.expires_at(idle_.front().until);
  sweeper_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    const auto now = std::chrono::steady_clock::now();
    while (!idle_.empty() && idle_.front().until <= now) {
      auto oldest = std::move(idle_.front().held);
      idle_.pop_front();
      end(std::move(oldest));
    }
    sweep_later();
  });
}

void Pool::close_all() {
  closing_ = true;
  sweeper_.cancel();
  while (!idle_.empty()) {
    auto oldest = std::move(idle_.front().held);
    idle_.pop_front();
    end(std::move(oldest));
  }
}

}  // namespace scop::courier
