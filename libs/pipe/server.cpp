#include "pipe/server.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "pipe/identity.hpp"
#include "pipe/server_connection.hpp"

namespace scop::pipe {

namespace {

constexpr std::chrono::seconds handshake_time{10};

}  // namespace

struct Server::State : ServerDesk, std::enable_shared_from_this<Server::State> {
  using ServerDesk::ServerDesk;
  std::optional<net::Listener> listener;
  std::optional<net::TlsContext> context;
  std::size_t handshakes = 0;

  void accepted(net::Stream stream) {
    if (draining || !context) return;
    if (handshakes >= limits.connections || connections.size() >= limits.connections) {
      log.warning("pipe refused",
                  {{"peer", net::to_text(stream.remote())}, {"reason", "too many connections"}});
      return;
    }
    ++handshakes;
    asio::co_spawn(io.get_executor(), greet(shared_from_this(), std::move(stream), *context), asio::detached);
  }

  static Task<> greet(std::shared_ptr<State> self, net::Stream stream, net::TlsContext context) {
    const auto peer = net::to_text(stream.remote());
    auto caller = co_await identify(*self, stream, context);
    --self->handshakes;
    if (!caller) {
      self->log.warning("pipe refused", {{"peer", peer}, {"reason", caller.error().what}});
    } else if (!self->draining) {
      std::make_shared<ServerConnection>(self, std::move(*caller), std::move(stream))->start();
    }
  }

  static Task<Outcome<std::string>> identify(const State& self, net::Stream& stream,
                                             const net::TlsContext& context) {
    auto done = co_await stream.start_tls_server(context, in(handshake_time));
    if (!done) co_return std::unexpected(std::move(done.error()));
    const auto info = stream.tls_info();
    if (info.alpn != "h2") co_return failure(ErrorKind::unsupported, "the caller did not offer ALPN h2");
    co_return identity_of(info.peer_uris, self.trust_domain);
  }

  bool serves(std::string_view service) const {
    return std::ranges::any_of(methods, [&](const auto& method) {
      const std::string_view path = method.first;
      return path.substr(0, path.find('/')) == service;
    });
  }
};

Server::Server(asio::io_context& io, const Log& log, std::string trust_domain, std::string name,
               ServerLimits limits)
    : state_(std::make_shared<State>(io, log, std::move(trust_domain), std::move(name), limits)) {
  using Reply = grpc::health::v1::HealthCheckResponse;
  on_unary(methods::health,
           [weak = std::weak_ptr(state_)](
               Call, grpc::health::v1::HealthCheckRequest request) -> Task<Result<Reply>> {
             const auto state = weak.lock();
             if (!state || (!request.service().empty() && !state->serves(request.service()))) {
               co_return fail(Code::not_found, "unknown service");
             }
             Reply reply;
             reply.set_status(state->draining ? Reply::NOT_SERVING : Reply::SERVING);
             co_return reply;
           });
}

Server::~Server() {
  state_->draining = true;
  if (state_->listener) state_->listener->stop();
  const auto connections = state_->connections;
  for (const auto& [key, connection] : connections) connection->close();
}

Outcome<> Server::bind(const net::Endpoint& endpoint) {
  auto listener = net::Listener::bind(state_->io, endpoint);
  if (!listener) return std::unexpected(std::move(listener.error()));
  state_->listener = std::move(*listener);
  return {};
}

net::Endpoint Server::local() const { return state_->listener ? state_->listener->local() : net::Endpoint(); }

void Server::use(net::TlsContext context) { state_->context = std::move(context); }

void Server::start() {
  ENSURE(state_->listener && state_->context);
  state_->listener->start([weak = std::weak_ptr(state_)](net::Stream stream) {
    if (const auto state = weak.lock()) state->accepted(std::move(stream));
  });
}

Task<> Server::drain(Deadline deadline) {
  const auto state = state_;
  state->draining = true;
  if (state->listener) state->listener->stop();
  const auto connections = state->connections;
  for (const auto& [key, connection] : connections) connection->drain();
  while (!state->connections.empty() || state->running > 0) {
    if (co_await state->changed.wait(deadline)) continue;
    state->log.warning("drain: calls are cut off",
                       {{"connections", state->connections.size()}, {"calls", state->running}});
    const auto left = state->connections;
    for (const auto& [key, connection] : left) connection->close();
    break;
  }
}

void Server::add_unary(std::string_view path, UnaryOctets handler) {
  state_->methods[std::string(path)] = Served{.unary = std::move(handler), .stream = {}};
}

void Server::add_stream(std::string_view path, StreamOctets handler) {
  state_->methods[std::string(path)] = Served{.unary = {}, .stream = std::move(handler)};
}

}  // namespace scop::pipe
