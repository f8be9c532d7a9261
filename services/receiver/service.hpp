// The receiver daemon: the world's mail on port 25 (RFC 5321), for recipients that accounts knows, towards
// the spamfilter. Holds the public TLS key and nothing else.
#pragma once

#include "daemon/service.hpp"
#include "edge/front.hpp"
#include "edge/walls.hpp"
#include "receiver/wiring.hpp"

namespace scop::receiver {

class Service final : public daemon::Service {
 public:
  Service();
  void configure(const config::Document& document) override {
    world_.settings = settings::read_receiver(document);
  }
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return edge::walls_of(world_.settings); }
  void start() override { front_.start(); }
  void reload() override { front_.reload(); }
  Task<> drain(Deadline deadline) override { return front_.drain(deadline); }

 private:
  World world_;
  edge::Front front_;
};

}  // namespace scop::receiver
