// Waits for one direction of a socket until a deadline. The timer stays armed from one wait to the next and
// is only moved to an earlier point, so that a busy stream sets no timer per operation.
#pragma once

#include <memory>

#include "asio/task.hpp"

namespace scop::net {

class Wait : public std::enable_shared_from_this<Wait> {
 public:
  explicit Wait(const Executor& executor) : timer_(executor) {}

  // One at a time. timed_out at the deadline, cancelled where the socket was closed on our side.
  Task<Outcome<>> until(TcpSocket& socket, TcpSocket::wait_type what, Deadline deadline);

 private:
  void arm();
  void fired();
  Timer timer_;
  asio::cancellation_signal signal_;
  Deadline deadline_ = Deadline::max();
  Deadline armed_ = Deadline::max();
  bool waiting_ = false;
  bool expired_ = false;
};

}  // namespace scop::net
