// The relay daemon: opens the queue, registers Stage and Queue, delivers.
#pragma once

#include <memory>
#include <optional>

#include "daemon/service.hpp"
#include "piped_neighbours.hpp"
#include "settings/relay.hpp"
#include "wiring.hpp"

namespace scop::relay {

daemon::Walls walls_of(const settings::Relay& settings);

class RelayService final : public daemon::Service {
 public:
  void configure(const config::Document& document) override { settings_ = settings::read_relay(document); }
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return walls_of(settings_); }
  void start() override { world_->start(); }
  void reload() override {}
  Task<> drain(Deadline deadline) override { return world_->drain(deadline); }

 private:
  void serve(pipe::Server& server);
  void serve_reports(pipe::Server& server);
  settings::Relay settings_;
  std::optional<PipedNeighbours> neighbours_;
  std::unique_ptr<World> world_;
};

}  // namespace scop::relay
