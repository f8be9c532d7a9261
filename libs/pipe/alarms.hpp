// Many deadlines on one timer: setting and clearing one costs a tree node, and the timer moves only when the
// earliest deadline becomes earlier.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "asio/task.hpp"

namespace scop::pipe {

class Alarm;

class Alarms : public std::enable_shared_from_this<Alarms> {
 public:
  explicit Alarms(const Executor& executor) : timer_(executor) {}
  Executor executor() { return timer_.get_executor(); }

 private:
  friend class Alarm;
  using Entries = std::multimap<Deadline, Alarm*>;
  void arm();
  void ring();
  Timer timer_;
  Deadline armed_ = Deadline::max();
  Entries entries_;
};

// One deadline; cleared when it goes. At Deadline::max() it never rings.
class Alarm {
 public:
  explicit Alarm(std::shared_ptr<Alarms> alarms) : alarms_(std::move(alarms)) {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() { clear(); }

  void set(Deadline deadline, std::function<void()> ring);
  void clear();
  bool is_set() const { return entry_.has_value(); }

 private:
  friend class Alarms;
  std::shared_ptr<Alarms> alarms_;
  std::function<void()> ring_;
  std::optional<Alarms::Entries::iterator> entry_;
};

}  // namespace scop::pipe
