// One call at the callee: the messages that have come and were not taken, and how it ended.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "pipe/server_connection.hpp"

namespace scop::pipe {

class ServerCall final : public IncomingOctets {
 public:
  ServerCall(std::shared_ptr<ServerConnection> connection, const ServerDesk& desk,
             const ServerSession::Began& began, Call call, const Served& served);

  Task<Result<std::optional<std::string>>> next(Deadline deadline) override;

  void push(std::string message);
  void end();
  void fail(Status status);  // whoever waits for messages learns it; the handler goes on

  std::int32_t stream() const { return stream_; }
  const std::string& method() const { return method_; }
  const std::string& trace() const { return call_.trace; }  // before take_call()
  const Served& served() const { return served_; }
  bool has_message() const { return !messages_.empty(); }
  std::string take_message();
  Call take_call() { return std::move(call_); }
  Alarm& alarm() { return alarm_; }

 private:
  std::shared_ptr<ServerConnection> connection_;
  std::int32_t stream_;
  std::string method_;
  Call call_;
  const Served& served_;
  std::chrono::milliseconds idle_;
  std::deque<std::string> messages_;
  std::optional<Status> failure_;
  bool ended_ = false;
  Gate came_;
  Alarm alarm_;
};

}  // namespace scop::pipe
