#include "net/wait.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "core/ensure.hpp"

namespace scop::net {

Task<Outcome<>> Wait::until(TcpSocket& socket, TcpSocket::wait_type what, Deadline deadline) {
  ENSURE(!waiting_);
  const auto self = shared_from_this();
  if (!socket.is_open()) co_return failure(ErrorKind::cancelled, "the connection was closed on our side");
  if (deadline != Deadline::max() && deadline <= std::chrono::steady_clock::now()) {
    co_return failure(ErrorKind::timed_out, "the deadline passed");
  }
  deadline_ = deadline;
  waiting_ = true;
  expired_ = false;
  arm();
  boost::system::error_code error;
  co_await socket.async_wait(
      what, asio::bind_cancellation_slot(signal_.slot(), asio::redirect_error(use_task, error)));
  waiting_ = false;
  if (expired_) co_return failure(ErrorKind::timed_out, "the deadline passed");
  if (error) co_return failure(ErrorKind::cancelled, "the connection was closed on our side");
  co_return Outcome<>{};
}

void Wait::arm() {
  if (deadline_ >= armed_) return;
  armed_ = deadline_;
  timer_.expires_at(deadline_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    if (const auto self = weak.lock(); self && !error) self->fired();
  });
}

void Wait::fired() {
  armed_ = Deadline::max();
  if (!waiting_) return;
  if (deadline_ > std::chrono::steady_clock::now()) return arm();
  expired_ = true;
  signal_.emit(asio::cancellation_type::terminal);
}

}  // namespace scop::net
