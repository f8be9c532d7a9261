// One coroutine waits, any other code wakes it; the waiter resumes from the io_context, never inside
// notify().
#pragma once

#include <functional>

#include "asio/task.hpp"
#include "pipe/alarms.hpp"

namespace scop::pipe {

class Gate {
 public:
  explicit Gate(const std::shared_ptr<Alarms>& alarms) : executor_(alarms->executor()), alarm_(alarms) {}

  // True: notified, also if that was before the wait; false: the deadline passed.
  Task<bool> wait(Deadline deadline);
  void notify();
  Executor executor() const { return executor_; }

 private:
  void wake();
  Executor executor_;
  Alarm alarm_;
  std::move_only_function<void()> waiter_;
  bool notified_ = false;
};

}  // namespace scop::pipe
