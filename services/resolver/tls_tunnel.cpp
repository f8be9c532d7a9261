#include "resolver/tls_tunnel.hpp"

#include <array>

#include "net/endpoint.hpp"
#include "net/stream.hpp"
#include "resolver/limits.hpp"

namespace scop::resolver {

struct TlsTunnel::State {
  State(asio::io_context& context, const Log& to, settings::DnsServer behind, net::Endpoint at,
        net::TlsContext identity, net::Listener listening)
      : io(context),
        log(to),
        server(std::move(behind)),
        endpoint(std::move(at)),
        tls(std::move(identity)),
        listener(std::move(listening)) {}

  // Both ends of one connection, until either goes.
  struct Pair {
    net::Stream inner;
    net::Stream outer;
  };
  static Task<> copy(std::shared_ptr<Pair> pair, bool outwards);
  static Task<> carry(std::shared_ptr<State> state, net::Stream inner);

  asio::io_context& io;
  const Log& log;
  settings::DnsServer server;
  net::Endpoint endpoint;
  net::TlsContext tls;
  net::Listener listener;
  std::size_t connections = 0;
};

Task<> TlsTunnel::State::copy(std::shared_ptr<Pair> pair, bool outwards) {
  auto& from = outwards ? pair->inner : pair->outer;
  auto& to = outwards ? pair->outer : pair->inner;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto got = co_await from.read_some(buffer, in(limits::tunnel_idle));
    if (!got) break;
    if (!co_await to.write({buffer.data(), *got}, in(limits::tunnel_set_up))) break;
  }
  pair->inner.close();
  pair->outer.close();
}

Task<> TlsTunnel::State::carry(std::shared_ptr<State> state, net::Stream inner) {
  struct Leaving {
    std::size_t& count;
    ~Leaving() { --count; }
  } const leaving{state->connections};
  const auto deadline = in(limits::tunnel_set_up);
  auto outer = co_await net::Stream::connect(state->io.get_executor(), state->endpoint, deadline);
  auto done = outer ? co_await outer->start_tls_client(state->tls, state->server.tls_name, deadline)
                    : Outcome<>(std::unexpected(outer.error()));
  if (!done) {
    state->log.warning("forwarder not reached by TLS", {{"server", net::to_text(state->endpoint)},
                                                        {"name", state->server.tls_name},
                                                        {"why", done.error().what}});
    co_return;
  }
  auto pair = std::make_shared<Pair>(std::move(inner), std::move(*outer));
  asio::co_spawn(state->io, copy(pair, true), asio::detached);
  co_await copy(pair, false);
}

Outcome<TlsTunnel> TlsTunnel::bind(asio::io_context& io, const Log& log, const settings::DnsServer& server,
                                   net::TlsContext context) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(server.address, error);
  if (error) return failure(ErrorKind::malformed, server.address + ": " + error.message());
  auto listener = net::Listener::bind(io, net::Endpoint(asio::ip::address_v4::loopback(), 0));
  if (!listener) return std::unexpected(std::move(listener.error()));
  return TlsTunnel(std::make_shared<State>(io, log, server, net::Endpoint(address, server.port),
                                           std::move(context), std::move(*listener)));
}

std::uint16_t TlsTunnel::port() const { return state_->listener.local().port(); }

void TlsTunnel::start() {
  state_->listener.start([weak = std::weak_ptr(state_)](net::Stream stream) {
    const auto state = weak.lock();
    if (!state || state->connections >= limits::tunnel_connections) return;
    ++state->connections;  // from here on: setting it up costs most
    asio::co_spawn(state->io, State::carry(state, std::move(stream)), asio::detached);
  });
}

}  // namespace scop::resolver
