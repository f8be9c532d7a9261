// What a channel knows of its callee: the connection in use, the one being made, the backoff, who waits.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "pipe/channel.hpp"
#include "pipe/client_connection.hpp"

namespace scop::pipe {

struct Channel::State final : ClientWatcher, std::enable_shared_from_this<Channel::State> {
  State(asio::io_context& io, const Log& log, std::string trust_domain, std::string callee,
        net::Endpoint endpoint);

  // Starts a call on a connection that has room for it; makes the connection where there is none.
  static Task<Result<std::unique_ptr<ClientCall>>> begin(std::shared_ptr<State> self, std::string_view method,
                                                         bool with_timeout, Deadline deadline,
                                                         std::string trace);
  static Task<Result<std::string>> call(std::shared_ptr<State> self, std::string_view method,
                                        std::string request, Deadline deadline, std::string trace);
  void close();

  void progressed() override;
  void lost(ClientConnection& connection, const Error& why) override;

  std::optional<net::TlsContext> context;

 private:
  using Connected = std::shared_ptr<ClientConnection>;
  static Task<Result<Connected>> acquire(std::shared_ptr<State> self, Deadline deadline);
  static Task<> connect(std::shared_ptr<State> self);
  static Task<Outcome<Connected>> try_connect(std::shared_ptr<State> self);
  // Nothing: wait in line. An error: the call fails now.
  Result<> seek_connection(Deadline deadline, Deadline began);
  void failed(const Error& why);
  void wake_all();

  asio::io_context& io_;
  const Log& log_;
  std::string trust_domain_;
  std::string callee_;
  net::Endpoint endpoint_;
  std::shared_ptr<Alarms> alarms_;
  Connected current_;
  Deadline connected_at_{};
  std::list<Gate*> waiting_;
  bool connecting_ = false;
  bool closed_ = false;
  unsigned failures_ = 0;            // in a row
  std::uint64_t attempts_lost_ = 0;  // ever
  Deadline retry_at_{};
  std::string last_problem_;
  Alarm retry_;
};

}  // namespace scop::pipe
