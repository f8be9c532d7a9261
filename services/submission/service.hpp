// The submission daemon: mail clients' dialogue on 587 and 465 (RFC 6409, RFC 8314), for logins that accounts
// grants, towards the signer. Holds the public TLS key and nothing else.
#pragma once

#include <list>
#include <memory>
#include <vector>

#include "daemon/service.hpp"
#include "net/listener.hpp"
#include "submission/client.hpp"
#include "submission/wiring.hpp"

namespace scop::submission {

daemon::Walls walls_of(const settings::Submission& settings);

class Service final : public daemon::Service {
 public:
  void configure(const config::Document& document) override {
    world_.settings = settings::read_submission(document);
  }
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return walls_of(world_.settings); }
  void start() override;
  void reload() override;
  Task<> drain(Deadline deadline) override;

 private:
  struct Port {
    net::Listener listener;
    bool implicit_tls = false;
  };
  Outcome<> bind_ports(daemon::Boot& boot, const std::vector<std::string>& endpoints, bool implicit_tls);
  Task<> watch_certificate();
  void accept(net::Stream stream, bool implicit_tls);
  Task<> serve(std::shared_ptr<Client> client, bool implicit_tls, bool proxied);

  World world_;
  std::vector<Port> ports_;
  std::list<std::shared_ptr<Client>> clients_;
};

}  // namespace scop::submission
