// One client's session: a coroutine that performs what the dialogue's machine wants, one action after the
// other. Idle it holds no buffers.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "asio/task.hpp"
#include "net/stream.hpp"
#include "smtp_session/session.hpp"
#include "submission/accounts.hpp"
#include "submission/passage.hpp"
#include "submission/wiring.hpp"

namespace scop::submission {

class Client {
 public:
  Client(World& world, net::Stream stream);

  // The whole session. `implicit_tls`: the handshake comes first (RFC 8314). `proxied`: a PROXY header comes
  // before it.
  Task<> serve(bool implicit_tls, bool proxied);

  // Waits for a command: can be sent away at any time.
  bool idle() const { return reading_ && !machine_.in_content(); }
  // A last word and the end; for a client that is idle. Its own coroutine then finds the stream closed.
  Task<> send_away(std::string_view reply);  // `reply` is a literal
  void close() { stream_.close(); }

 private:
  using Event = smtp_session::Event;
  Task<bool> greet_connection(bool implicit_tls, bool proxied);
  Task<> converse();
  Task<std::optional<Event>> perform(smtp_session::Action action);
  Task<std::optional<Event>> read();
  void forget_input();
  Task<std::optional<Event>> send(std::string octets);
  Task<std::optional<Event>> start_tls();
  Task<std::optional<Event>> check(smtp_session::CheckPassword question);
  Task<std::optional<Event>> begin(smtp_session::BeginScram question);
  Task<std::optional<Event>> finish(smtp_session::FinishScram question);
  Task<std::optional<Event>> open_message();
  Task<std::optional<Event>> finish_message(smtp_session::FinishMessage finished);
  smtp_session::Tls tls() const;
  Authentication& authentication();
  Event judged(Authenticated answer);
  std::optional<Event> lost(const Error& error);
  void log_message(const smtp::Reply& reply, std::uint64_t size) const;
  void log_login(const Event& answer, std::string_view name) const;
  void log_end() const;

  World& world_;
  net::Stream stream_;
  smtp_session::Session machine_;
  Deadline started_;
  Deadline message_started_;
  std::string address_;  // of the client, as the proxy says where there is one
  std::string tls_;      // "TLSv1.3 TLS_AES_256_GCM_SHA384"
  std::unique_ptr<Authentication> authentication_;
  std::unique_ptr<Login> login_;
  std::unique_ptr<Passage> passage_;
  std::string lost_;  // why the connection ended, where not by the dialogue
  unsigned messages_ = 0;
  std::unique_ptr<char[]> buffer_;  // between a read and the machine
  std::size_t received_ = 0;
  bool reading_ = false;
  bool entered_ = false;  // counted in World::addresses
};

}  // namespace scop::submission
