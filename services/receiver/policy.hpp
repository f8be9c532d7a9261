// What the receiver decides in one client's session: the rules are libs/guests', the effects – asking,
// waiting, counting – are here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "edge/policy.hpp"
#include "guests/tar_pit.hpp"
#include "receiver/inquiry.hpp"
#include "receiver/wiring.hpp"

namespace scop::receiver {

class ClientPolicy final : public edge::Policy {
 public:
  ClientPolicy(World& world, edge::Visit& visit)
      : world_(world), visit_(visit), tar_pit_(world.defences->tar_pit) {}

  Task<std::optional<smtp::Reply>> admit() override;
  Task<smtp::Reply> judge_sender(smtp::Mail mail) override;
  Task<smtp::Reply> judge_recipient(smtp::Rcpt recipient) override;
  Task<smtp_session::Event> authenticate(smtp_session::Action question) override;
  Task<Opened> open_message(const smtp_session::Session& session) override;
  void message_ended(const smtp::Reply& reply) override;
  void session_ended(const smtp_session::Session& session) override;
  std::vector<LogPair> notes() const override;

 private:
  std::optional<smtp::Reply> objection_to_connection();
  Task<std::optional<smtp::Reply>> wait_for_early_talk();
  Task<> learn_standing();
  std::optional<smtp::Reply> objection_to_recipient(const smtp::Path& path);
  Task<smtp::Reply> after_unknown(smtp::Reply reply);
  std::optional<smtp::Reply> put_off(const std::string& address);
  void offend(guests::Offence offence);
  Task<> pause(std::chrono::milliseconds wait);

  World& world_;
  edge::Visit& visit_;
  Id connection_ = Id::random();
  guests::Guest guest_;
  guests::TarPit tar_pit_;
  std::shared_ptr<Inquiry> inquiry_;  // while it is under way
  guests::Standing standing_;
  std::string sender_;
};

}  // namespace scop::receiver
