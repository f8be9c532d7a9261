// The questions to accounts, and what its answers mean for a session. Passwords are wiped here once they are
// sent.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "asio/task.hpp"
#include "grant/grant.hpp"
#include "smtp/reply.hpp"
#include "smtp_session/action.hpp"
#include "smtp_session/event.hpp"
#include "submission/wiring.hpp"

namespace scop::submission {

// Who has logged in.
struct Login {
  std::string name;          // user@domain
  std::string signed_grant;  // as accounts signed it; travels with every message
  grant::Grant grant;
};

struct Authenticated {
  smtp_session::Event event;
  std::optional<Login> login;  // with AuthGranted
};

// One AUTH exchange; SCRAM's two steps belong together.
class Authentication {
 public:
  Authentication(World& world, std::string client_address, std::optional<std::string> channel_binding)
      : world_(world),
        client_address_(std::move(client_address)),
        channel_binding_(std::move(channel_binding)) {}

  Task<Authenticated> check(smtp_session::CheckPassword question);
  Task<smtp_session::Event> begin(smtp_session::BeginScram question);
  Task<Authenticated> finish(smtp_session::FinishScram question);

 private:
  Authenticated judge(const v1::AuthenticateReply& reply) const;
  World& world_;
  std::string client_address_;
  std::optional<std::string> channel_binding_;
  std::string exchange_;
};

// nullopt: the account may send; otherwise what to say.
Task<std::optional<smtp::Reply>> reserve(World& world, std::string login, std::size_t recipients);

}  // namespace scop::submission
