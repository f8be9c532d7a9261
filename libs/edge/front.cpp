#include "edge/front.hpp"

#include <algorithm>
#include <utility>

#include "daemon/certificates.hpp"
#include "edge/limits.hpp"

namespace scop::edge {

Outcome<> Front::prepare(daemon::Boot& boot, const settings::PublicServer& bounds) {
  world_.bounds = bounds;
  world_.io = &boot.io();
  world_.log = &boot.log();
  world_.host = boot.mesh().host;
  world_.domain = boot.mesh().domain;
  world_.profile.host = world_.host;
  world_.profile.offers_starttls = true;
  world_.profile.most_octets = bounds.max_message;
  world_.profile.most_recipients = bounds.max_recipients;
  world_.profile.most_errors = bounds.max_errors;
  auto read = read_certificate();
  if (read) tell_metrics(boot);
  return read;
}

void Front::tell_metrics(daemon::Boot& boot) {
  // The state folder is <daemon>/state.
  const auto daemon = boot.state().parent_path().filename().string();
  const auto name = [&](std::string_view what) { return fmt::format("scop_{}_{}", daemon, what); };
  auto& metrics = boot.metrics();
  metrics.gauge(name("sessions"), "clients connected now",
                [this] { return static_cast<double>(sessions_.size()); });
  metrics.gauge(name("most_sessions"), "how many may be at once",
                [this] { return static_cast<double>(world_.bounds.connections); });
  metrics.gauge(name("held_octets"), "memory of messages under way",
                [this] { return static_cast<double>(world_.held_octets); });
  metrics.gauge(name("certificate_expires_seconds"), "when the public certificate ends, seconds since 1970",
                [this] { return daemon::expiry_of(*world_.tls); });
}

Outcome<> Front::read_certificate() {
  auto tls = net::TlsContext::public_server(world_.bounds.certificate, world_.bounds.key);
  if (!tls) return std::unexpected(std::move(tls.error()));
  world_.tls = std::move(*tls);
  return {};
}

Outcome<> Front::bind(const std::vector<std::string>& endpoints, bool implicit_tls) {
  for (const auto& text : endpoints) {
    const auto endpoint = net::parse_endpoint(text);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto listener = net::Listener::bind(*world_.io, *endpoint);
    if (!listener) return std::unexpected(std::move(listener.error()));
    world_.log->info("listening", {{"on", net::to_text(listener->local())},
                                   {"tls", implicit_tls ? "implicit" : "STARTTLS"}});
    ports_.push_back({std::move(*listener), implicit_tls});
  }
  return {};
}

void Front::start() {
  asio::co_spawn(*world_.io, watch_certificate(), asio::detached);
  for (auto& port : ports_) {
    port.listener.start([this, implicit_tls = port.implicit_tls](net::Stream stream) {
      accept(std::move(stream), implicit_tls);
    });
  }
}

// A renewed certificate is used without anybody's signal.
Task<> Front::watch_certificate() {
  const auto stamps = [this] {
    std::error_code ignored;
    return std::pair(std::filesystem::last_write_time(world_.bounds.certificate, ignored),
                     std::filesystem::last_write_time(world_.bounds.key, ignored));
  };
  auto seen = stamps();
  bool is_torn = false;
  Timer timer(*world_.io);
  while (!world_.draining) {
    timer.expires_after(limits::certificate_check);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
    const auto found = stamps();
    if (found == seen && !is_torn) continue;
    seen = found;
    // Certificate and key are two files: what does not fit together may be half of a pair that is being
    // replaced. It is looked at once more before anybody is told.
    if (std::exchange(is_torn, false)) {
      reload();
    } else if (read_certificate()) {
      world_.log->info("certificate reloaded", {{"file", world_.bounds.certificate.string()}});
    } else {
      is_torn = true;
    }
  }
}

void Front::accept(net::Stream stream, bool implicit_tls) {
  const auto address = stream.remote().address().to_string();
  const bool proxied = std::ranges::find(world_.bounds.proxy, address) != world_.bounds.proxy.end();
  auto session = make_session_(std::move(stream));
  asio::co_spawn(*world_.io, serve(std::move(session), implicit_tls, proxied), asio::detached);
}

Task<> Front::serve(std::shared_ptr<Session> session, bool implicit_tls, bool proxied) {
  if (sessions_.size() >= world_.bounds.connections) {
    world_.log->warning("connection refused",
                        {{"reason", "too many connections"}, {"most", world_.bounds.connections}});
    if (!implicit_tls) co_await session->send_away("421 4.7.0 Too many connections\r\n");
    co_return;
  }
  const auto place = sessions_.insert(sessions_.end(), session);
  co_await session->serve(implicit_tls, proxied);
  sessions_.erase(place);
}

void Front::reload() {
  if (const auto read = read_certificate(); !read) {
    world_.log->error("certificate not reloaded, the old one stays", {{"reason", read.error().what}});
    return;
  }
  world_.log->info("certificate reloaded", {{"file", world_.bounds.certificate.string()}});
}

// Idle clients are sent away at once; a message under way may still get its final reply.
Task<> Front::drain(Deadline deadline) {
  world_.draining = true;
  for (auto& port : ports_) port.listener.stop();
  for (const auto& session : std::vector(sessions_.begin(), sessions_.end())) {
    if (session->idle()) {
      asio::co_spawn(
          *world_.io,
          [](std::shared_ptr<Session> idle) -> Task<> {
            co_await idle->send_away("421 4.3.2 Shutting down\r\n");
          }(session),
          asio::detached);
    }
  }
  Timer timer(*world_.io);
  while (!sessions_.empty() && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(std::chrono::milliseconds(20));
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  }
  for (const auto& session : sessions_) session->close();
}

}  // namespace scop::edge
