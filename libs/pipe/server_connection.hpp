// One caller's connection: its session, its calls, their handlers.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "pipe/keepalive.hpp"
#include "pipe/server.hpp"
#include "pipe/server_session.hpp"
#include "pipe/wire.hpp"

namespace scop::pipe {

// A method that is served: one of the two is set.
struct Served {
  Server::UnaryOctets unary;
  Server::StreamOctets stream;
};

class ServerCall;
class ServerConnection;

// What a server's connections share with it.
struct ServerDesk {
  ServerDesk(asio::io_context& context, const Log& log_, std::string domain, std::string own_name,
             ServerLimits bounds)
      : io(context),
        log(log_),
        trust_domain(std::move(domain)),
        name(std::move(own_name)),
        limits(bounds),
        alarms(std::make_shared<Alarms>(context.get_executor())),
        changed(alarms) {}

  asio::io_context& io;
  const Log& log;
  std::string trust_domain;
  std::string name;
  ServerLimits limits;
  std::shared_ptr<Alarms> alarms;
  std::unordered_map<std::string, Served> methods;
  std::unordered_map<ServerConnection*, std::shared_ptr<ServerConnection>> connections;
  std::size_t running = 0;  // handlers, also those whose caller has gone
  bool draining = false;
  Gate changed;  // fewer connections or handlers
};

class ServerConnection final : public WireEnd, public std::enable_shared_from_this<ServerConnection> {
 public:
  ServerConnection(std::shared_ptr<ServerDesk> desk, std::string caller, net::Stream stream);

  void start();
  void drain();
  void close();

  Outcome<> received(std::string_view octets) override;
  Outcome<> fill(std::string& out, std::size_t most) override;
  bool finished() override { return session_.finished(); }
  void ended(const Error& why) override;

  // For the calls: what their readers do to the windows.
  void taken(std::int32_t stream, std::size_t octets);
  void hungry(std::int32_t stream);

 private:
  void dispatch();
  void on(ServerSession::Began& began);
  void on(ServerSession::Message& message);
  void on(ServerSession::Ended& ended);
  void on(ServerSession::Gone& gone);
  const Served* admit(const ServerSession::Began& began);
  void expire(std::int32_t stream, const Status& status);
  void run(const std::shared_ptr<ServerCall>& call);
  static Task<> handle(std::shared_ptr<ServerConnection> self, std::shared_ptr<ServerCall> call);
  void log_call(std::string_view method, std::string_view trace, Code code,
                std::chrono::steady_clock::duration took) const;
  void finish(ServerCall& call, const Result<std::string>& result);
  void linger_if_idle();
  void check_alive();

  std::shared_ptr<ServerDesk> desk_;
  std::string caller_;
  ServerSession session_;
  std::shared_ptr<Wire> wire_;
  std::unordered_map<std::int32_t, std::shared_ptr<ServerCall>> calls_;
  std::size_t running_ = 0;
  bool dispatching_ = false;
  Alarm linger_;
  Keepalive keepalive_;
  Alarm keepalive_alarm_;
};

}  // namespace scop::pipe
