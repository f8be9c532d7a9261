// DNS over TLS to one forwarder (RFC 7858, RFC 8310 strict profile): Debian's libunbound is built without
// TLS, so it speaks DNS over TCP to a port of ours on loopback, and each connection goes on under TLS to the
// forwarder, whose certificate must be for its name. The octets are not read.
#pragma once

#include <memory>

#include "log/log.hpp"
#include "net/listener.hpp"
#include "net/tls.hpp"
#include "settings/resolver.hpp"

namespace scop::resolver {

class TlsTunnel {
 public:
  static Outcome<TlsTunnel> bind(asio::io_context& io, const Log& log, const settings::DnsServer& server,
                                 net::TlsContext context);
  std::uint16_t port() const;  // on 127.0.0.1
  void start();

 private:
  struct State;
  explicit TlsTunnel(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace scop::resolver
