// The submission daemon: mail clients' dialogue on 587 and 465 (RFC 6409, RFC 8314), for logins that accounts
// grants, towards the signer. Holds the public TLS key and nothing else.
#pragma once

#include "daemon/service.hpp"
#include "edge/front.hpp"
#include "edge/walls.hpp"
#include "submission/wiring.hpp"

namespace scop::submission {

class Service final : public daemon::Service {
 public:
  Service();
  void configure(const config::Document& document) override {
    world_.settings = settings::read_submission(document);
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

}  // namespace scop::submission
