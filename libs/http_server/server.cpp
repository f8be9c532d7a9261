#include "http_server/server.hpp"

#include <algorithm>

namespace scop::http_server {

Server::Server(asio::io_context& io, const Log& log, const Bounds& bounds, Answer answer) : io_(io) {
  world_.bounds = bounds;
  world_.log = &log;
  world_.answer = std::move(answer);
}

Outcome<> Server::use(std::vector<Pair> pairs) {
  if (pairs.empty()) return {};
  certificates_ = Certificates(std::move(pairs));
  auto context = certificates_.load();
  if (!context) return std::unexpected(std::move(context.error()));
  world_.tls = std::move(*context);
  return {};
}

Outcome<> Server::bind(const std::vector<std::string>& endpoints, bool is_secure) {
  for (const auto& text : endpoints) {
    const auto endpoint = net::parse_endpoint(text);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto listener = net::Listener::bind(io_, *endpoint);
    if (!listener) return std::unexpected(std::move(listener.error()));
    world_.log->info("listening",
                     {{"on", net::to_text(listener->local())}, {"tls", is_secure ? "implicit" : "none"}});
    ports_.push_back({std::move(*listener), is_secure});
  }
  return {};
}

std::uint16_t Server::secure_port() const {
  const auto found = std::ranges::find(ports_, true, &Port::is_secure);
  return found == ports_.end() ? std::uint16_t(0) : found->listener.local().port();
}

void Server::start() {
  if (world_.tls) asio::co_spawn(io_, watch_certificates(), asio::detached);
  for (auto& port : ports_) {
    port.listener.start(
        [this, is_secure = port.is_secure](net::Stream stream) { accept(std::move(stream), is_secure); });
  }
}

// A renewed certificate is used without anybody's signal.
Task<> Server::watch_certificates() {
  Timer timer(io_);
  while (!world_.draining) {
    timer.expires_after(limits::certificate_check);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
    if (certificates_.changed()) reload();
  }
}

void Server::reload() {
  if (!world_.tls) return;
  auto context = certificates_.load();
  if (!context) {
    world_.log->error("certificates not reloaded, the old ones stay", {{"reason", context.error().what}});
    return;
  }
  world_.tls = std::move(*context);
  world_.log->info("certificates reloaded");
}

// The oldest without a request goes first, then the oldest that has not said all of its handshake or request:
// whoever only holds connections keeps nobody out. Nobody who is being answered goes.
bool Server::make_room() {
  if (connections_.size() < world_.bounds.connections) return true;
  for (const auto phase : {Connection::Phase::idle, Connection::Phase::opening, Connection::Phase::reading}) {
    const auto found = std::ranges::find_if(
        connections_, [phase](const auto& connection) { return connection->phase() == phase; });
    if (found == connections_.end()) continue;
    (*found)->close();
    connections_.erase(found);
    return true;
  }
  return false;
}

void Server::accept(net::Stream stream, bool is_secure) {
  if (!make_room()) {
    world_.log->warning("connection refused",
                        {{"reason", "too many connections"}, {"most", world_.bounds.connections}});
    return;
  }
  connections_.push_back(std::make_shared<Connection>(world_, std::move(stream), is_secure));
  asio::co_spawn(io_, serve(connections_.back()), asio::detached);
}

Task<> Server::serve(std::shared_ptr<Connection> connection) {
  co_await connection->serve();
  std::erase(connections_, connection);
}

// Idle clients are sent away at once; a request under way still gets its response.
Task<> Server::drain(Deadline deadline) {
  world_.draining = true;
  for (auto& port : ports_) port.listener.stop();
  for (const auto& connection : connections_) {
    using enum Connection::Phase;
    if (connection->phase() == idle || connection->phase() == opening) connection->close();
  }
  Timer timer(io_);
  while (!connections_.empty() && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(std::chrono::milliseconds(20));
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  }
  for (const auto& connection : connections_) connection->close();
}

}  // namespace scop::http_server
