// The verifier daemon: a stage between its caller and the relay.
#pragma once

#include "daemon/service.hpp"

namespace scop::verifier {

daemon::Walls walls();

class Service final : public daemon::Service {
 public:
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return verifier::walls(); }
  void start() override {}
  void reload() override {}
  Task<> drain(Deadline) override { co_return; }

 private:
  daemon::Boot* boot_ = nullptr;
};

}  // namespace scop::verifier
