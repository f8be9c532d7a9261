// One client's session: a coroutine that performs what the dialogue's machine wants, one action after the
// other. Idle it holds no buffers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "edge/passage.hpp"
#include "edge/policy.hpp"
#include "edge/session.hpp"
#include "edge/world.hpp"

namespace scop::edge {

class Client final : public Session {
 public:
  using MakePolicy = std::function<std::unique_ptr<Policy>(Visit&)>;
  Client(World& world, net::Stream stream, const MakePolicy& make_policy);

  Task<> serve(bool implicit_tls, bool proxied) override;
  bool idle() const override { return reading_ && !machine_.in_content(); }
  Task<> send_away(std::string_view reply) override;
  void close() override { visit_.stream.close(); }

 private:
  using Event = smtp_session::Event;
  Task<bool> greet_connection(bool implicit_tls, bool proxied);
  Task<bool> read_proxy_header();
  Task<> refuse(smtp::Reply reply, bool in_clear);
  Task<> converse();
  Task<std::optional<Event>> perform(smtp_session::Action action);
  Task<std::optional<Event>> read();
  void forget_input();
  Task<std::optional<Event>> send(std::string octets);
  Task<std::optional<Event>> start_tls();
  Task<std::optional<Event>> open_message();
  Task<std::optional<Event>> finish_message(smtp_session::FinishMessage finished);
  smtp_session::Tls tls() const;
  std::optional<Event> lost(const Error& error);
  void log_refused_message(const smtp::Reply& reply) const;
  void log_message(const smtp::Reply& reply, std::uint64_t size) const;
  void log_end() const;

  World& world_;
  Visit visit_;
  std::unique_ptr<Policy> policy_;
  smtp_session::Session machine_;
  Deadline started_;
  Deadline message_started_;
  std::unique_ptr<Passage> passage_;
  std::string lost_;  // why the connection ended, where not by the dialogue
  unsigned messages_ = 0;
  std::unique_ptr<char[]> buffer_;  // between a read and the machine
  std::size_t received_ = 0;
  bool reading_ = false;
  bool entered_ = false;  // counted in World::addresses
};

}  // namespace scop::edge
