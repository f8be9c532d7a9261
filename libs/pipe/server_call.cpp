#include "pipe/server_call.hpp"

namespace scop::pipe {

ServerCall::ServerCall(std::shared_ptr<ServerConnection> connection, const ServerDesk& desk,
                       const ServerSession::Began& began, Call call, const Served& served)
    : connection_(std::move(connection)),
      stream_(began.stream),
      method_(began.method),
      call_(std::move(call)),
      served_(served),
      idle_(desk.limits.idle_stream),
      came_(desk.alarms),
      alarm_(desk.alarms) {}

Task<Result<std::optional<std::string>>> ServerCall::next(Deadline deadline) {
  const auto silent_at = in(idle_);
  for (;;) {
    if (failure_) co_return std::unexpected(*failure_);
    if (!messages_.empty()) co_return take_message();
    if (ended_) co_return std::nullopt;
    connection_->hungry(stream_);
    if (co_await came_.wait(std::min(deadline, silent_at))) continue;
    if (deadline <= silent_at) co_return pipe::fail(Code::deadline_exceeded, "no message came in time");
    co_return pipe::fail(Code::cancelled, "the caller stayed silent for too long");
  }
}

void ServerCall::push(std::string message) {
  messages_.push_back(std::move(message));
  came_.notify();
}

void ServerCall::end() {
  ended_ = true;
  came_.notify();
}

void ServerCall::fail(Status status) {
  if (!failure_) failure_ = std::move(status);
  messages_.clear();
  came_.notify();
}

std::string ServerCall::take_message() {
  auto message = std::move(messages_.front());
  messages_.pop_front();
  connection_->taken(stream_, message.size());
  return message;
}

}  // namespace scop::pipe
