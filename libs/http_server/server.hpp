// The ports of an HTTP server, the connections behind them and their cap, certificates that are read again
// when they change, and the end.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "http_server/certificates.hpp"
#include "http_server/connection.hpp"
#include "net/listener.hpp"

namespace scop::http_server {

class Server {
 public:
  Server(asio::io_context& io, const Log& log, const Bounds& bounds, Answer answer);

  // Before privileges go. `pairs` may be empty where no port is secure.
  Outcome<> use(std::vector<Pair> pairs);
  Outcome<> bind(const std::vector<std::string>& endpoints, bool is_secure);
  void trust_proxies(std::vector<std::string> addresses) { world_.proxies = std::move(addresses); }
  void start();
  void reload();  // the certificates; the old ones stay where the new ones do not fit
  Task<> drain(Deadline deadline);
  // Of the first secure port; 0: there is none.
  std::uint16_t secure_port() const;

 private:
  struct Port {
    net::Listener listener;
    bool is_secure = false;
  };
  Task<> watch_certificates();
  Task<> serve(std::shared_ptr<Connection> connection);
  void accept(net::Stream stream, bool is_secure);
  bool make_room();

  asio::io_context& io_;
  World world_;
  Certificates certificates_{{}};
  std::vector<Port> ports_;
  std::list<std::shared_ptr<Connection>> connections_;
};

}  // namespace scop::http_server
