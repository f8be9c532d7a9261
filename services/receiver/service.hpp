// The receiver daemon: the world's mail on port 25, towards the spamfilter.
#pragma once

#include "daemon/service.hpp"

namespace scop::receiver {

class Service final : public daemon::Service {
 public:
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return {}; }
  void start() override {}
  void reload() override {}
  Task<> drain(Deadline) override { co_return; }
};

}  // namespace scop::receiver
