// One connection to a callee: its session, its calls, its keepalive (RFC 9113 6.7).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "pipe/client_session.hpp"
#include "pipe/keepalive.hpp"
#include "pipe/wire.hpp"

namespace scop::pipe {

class ClientConnection;

// What the channel wants to hear from its connections.
class ClientWatcher {
 public:
  virtual ~ClientWatcher() = default;
  virtual void progressed() = 0;  // room for calls may have come, or the connection takes no more
  virtual void lost(ClientConnection& connection, const Error& why) = 0;
};

// One call under way; its maker keeps it until the result is taken.
class ClientCall {
 public:
  ClientCall(std::shared_ptr<ClientConnection> connection, const std::shared_ptr<Alarms>& alarms)
      : connection_(std::move(connection)), changed_(alarms) {}
  ClientCall(const ClientCall&) = delete;
  ClientCall& operator=(const ClientCall&) = delete;
  ~ClientCall();  // resets the stream where no result has come

  void send(std::string_view message);
  void end();
  Task<Result<>> wait_drained(Deadline deadline);
  Task<Result<std::string>> wait_result(Deadline deadline);
  bool is_over() const { return result_.has_value(); }

 private:
  friend class ClientConnection;
  std::shared_ptr<ClientConnection> connection_;
  std::int32_t stream_ = 0;
  std::optional<Result<std::string>> result_;
  Gate changed_;
};

class ClientConnection final : public WireEnd, public std::enable_shared_from_this<ClientConnection> {
 public:
  ClientConnection(net::Stream stream, std::string authority, const std::shared_ptr<Alarms>& alarms,
                   std::weak_ptr<ClientWatcher> watcher);

  void start() { wire_->start(shared_from_this()); }
  Task<Outcome<>> wait_ready(Deadline deadline);
  void close();

  bool usable() const { return session_.usable() && wire_->is_open(); }
  bool went_away() const { return !session_.usable(); }  // by GOAWAY
  bool has_room() const { return session_.open_streams() < session_.most_streams(); }
  // Null where the connection takes no call any more.
  std::unique_ptr<ClientCall> open(std::string_view method, std::optional<std::chrono::nanoseconds> timeout,
                                   std::string_view trace);

  Outcome<> received(std::string_view octets) override;
  Outcome<> fill(std::string& out, std::size_t most) override;
  bool finished() override { return session_.finished(); }
  void ended(const Error& why) override;

 private:
  friend class ClientCall;
  void dispatch();
  void on(ClientSession::Ready& event);
  void on(ClientSession::GoingAway& event);
  void on(ClientSession::Replied& event);
  void on(ClientSession::Drained& event);
  void forget(const ClientCall& call);
  void check_alive();

  ClientSession session_;
  std::shared_ptr<Alarms> alarms_;
  std::shared_ptr<Wire> wire_;
  std::weak_ptr<ClientWatcher> watcher_;
  std::unordered_map<std::int32_t, ClientCall*> calls_;
  Gate ready_gate_;
  bool ready_ = false;
  bool ended_ = false;
  Error why_;
  Keepalive keepalive_;
  Alarm keepalive_alarm_;
};

}  // namespace scop::pipe
