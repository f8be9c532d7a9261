// An edge's public side: its ports, the sessions behind them and their cap, the certificate that is read
// again when it changes, and the end.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "daemon/service.hpp"
#include "edge/session.hpp"
#include "edge/world.hpp"
#include "net/listener.hpp"

namespace scop::edge {

class Front {
 public:
  using MakeSession = std::function<std::shared_ptr<Session>(net::Stream)>;
  Front(World& world, MakeSession make_session) : world_(world), make_session_(std::move(make_session)) {}

  // Before privileges go: fills the world but for its next stage, with a profile that offers STARTTLS and
  // wants nothing, and reads the certificate.
  Outcome<> prepare(daemon::Boot& boot, const settings::PublicServer& bounds);
  Outcome<> bind(const std::vector<std::string>& endpoints, bool implicit_tls);
  void start();
  void reload();
  Task<> drain(Deadline deadline);

 private:
  struct Port {
    net::Listener listener;
    bool implicit_tls = false;
  };
  Outcome<> read_certificate();
  void tell_metrics(daemon::Boot& boot);
  Task<> watch_certificate();
  void accept(net::Stream stream, bool implicit_tls);
  Task<> serve(std::shared_ptr<Session> session, bool implicit_tls, bool proxied);

  World& world_;
  MakeSession make_session_;
  std::vector<Port> ports_;
  std::list<std::shared_ptr<Session>> sessions_;
};

}  // namespace scop::edge
