// What submission decides in one client's session: who has logged in, what the login may send, and the fixed
// up message.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "edge/policy.hpp"
#include "submission/accounts.hpp"
#include "submission/wiring.hpp"

namespace scop::submission {

class ClientPolicy final : public edge::Policy {
 public:
  ClientPolicy(World& world, edge::Visit& visit) : world_(world), visit_(visit) {}

  Task<std::optional<smtp::Reply>> admit() override { co_return std::nullopt; }
  Task<smtp::Reply> judge_sender(smtp::Mail mail) override;
  Task<smtp::Reply> judge_recipient(smtp::Rcpt recipient) override;
  Task<smtp_session::Event> authenticate(smtp_session::Action question) override;
  Task<Opened> open_message(const smtp_session::Session& session) override;
  void message_ended(const smtp::Reply&) override {}
  void session_ended(const smtp_session::Session&) override {}
  std::vector<LogPair> notes() const override { return {{"login", login_ ? login_->name : "none"}}; }

 private:
  Authentication& authentication();
  smtp_session::Event judged(Authenticated answer, std::string_view name);
  void log_refused_login(const smtp_session::Event& answer, std::string_view name) const;

  World& world_;
  edge::Visit& visit_;
  std::unique_ptr<Authentication> authentication_;
  std::unique_ptr<Login> login_;
};

}  // namespace scop::submission
