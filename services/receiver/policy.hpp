// What the receiver decides in one client's session.
#pragma once

#include <string>
#include <vector>

#include "core/id.hpp"
#include "edge/policy.hpp"
#include "receiver/wiring.hpp"

namespace scop::receiver {

class ClientPolicy final : public edge::Policy {
 public:
  ClientPolicy(World& world, edge::Visit& visit) : world_(world), visit_(visit) {}

  Task<std::optional<smtp::Reply>> admit() override;
  Task<smtp::Reply> judge_sender(smtp::Mail mail) override;
  Task<smtp::Reply> judge_recipient(smtp::Rcpt recipient) override;
  Task<smtp_session::Event> authenticate(smtp_session::Action question) override;
  Task<Opened> open_message(const smtp_session::Session& session) override;
  void message_ended(const smtp::Reply& reply) override;
  void session_ended(const smtp_session::Session& session) override;
  std::vector<LogPair> notes() const override;

 private:
  World& world_;
  edge::Visit& visit_;
  Id connection_ = Id::random();
};

}  // namespace scop::receiver
