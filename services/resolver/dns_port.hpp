// The DNS protocol for ordinary tools (dig, libc) on a port of this host, UDP and TCP (RFC 1035 4.2, RFC
// 7766).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "asio/task.hpp"
#include "log/log.hpp"
#include "net/listener.hpp"
#include "resolver/resolution.hpp"

namespace scop::resolver {

class DnsPort {
 public:
  static Outcome<DnsPort> bind(asio::io_context& io, const Log& log, const net::Endpoint& endpoint);

  // `resolution` outlives the port.
  void start(Resolution& resolution, std::chrono::milliseconds timeout);
  void stop();
  net::Endpoint local() const;

 private:
  struct State;
  explicit DnsPort(std::shared_ptr<State> state) : state_(std::move(state)) {}
  static Task<std::string> reply_to(std::shared_ptr<State> state, std::string octets, bool tcp);
  static Task<> serve_udp(std::shared_ptr<State> state);
  static Task<> answer_udp(std::shared_ptr<State> state, std::string octets, asio::ip::udp::endpoint peer);
  static Task<> serve_tcp(std::shared_ptr<State> state, net::Stream stream);
  std::shared_ptr<State> state_;
};

}  // namespace scop::resolver
