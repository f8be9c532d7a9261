// The accounts daemon: opens database and grant key, registers its methods, and answers.
#pragma once

#include <memory>
#include <optional>

#include "daemon/service.hpp"
#include "settings/accounts.hpp"

namespace scop::accounts {

class AccountsService final : public daemon::Service {
 public:
  AccountsService();
  ~AccountsService() override;
  void configure(const config::Document& document) override;
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override;
  void start() override;
  void reload() override {}  // the grant key is read once: another one needs a restart
  Task<> drain(Deadline deadline) override;

 private:
  struct World;
  settings::Accounts settings_;
  std::unique_ptr<World> world_;
};

}  // namespace scop::accounts
