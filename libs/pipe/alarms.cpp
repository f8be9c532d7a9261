#include "pipe/alarms.hpp"

namespace scop::pipe {

void Alarms::arm() {
  if (entries_.empty() || entries_.begin()->first >= armed_) return;
  armed_ = entries_.begin()->first;
  timer_.expires_at(armed_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    if (const auto self = weak.lock(); self && !error) self->ring();
  });
}

void Alarms::ring() {
  armed_ = Deadline::max();
  const auto now = std::chrono::steady_clock::now();
  while (!entries_.empty() && entries_.begin()->first <= now) {
    auto& alarm = *entries_.begin()->second;
    const auto ring = std::exchange(alarm.ring_, nullptr);
    alarm.clear();
    ring();  // may set, clear or destroy alarms, this one too
  }
  arm();
}

void Alarm::set(Deadline deadline, std::function<void()> ring) {
  clear();
  if (deadline == Deadline::max()) return;
  ring_ = std::move(ring);
  entry_ = alarms_->entries_.emplace(deadline, this);
  alarms_->arm();
}

void Alarm::clear() {
  if (!entry_) return;
  alarms_->entries_.erase(*entry_);
  entry_.reset();
}

}  // namespace scop::pipe
