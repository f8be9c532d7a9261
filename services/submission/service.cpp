#include "submission/service.hpp"

#include <algorithm>
#include <fstream>

#include "grant/keys.hpp"
#include "submission/limits.hpp"

namespace scop::submission {

namespace {

smtp_session::Profile profile_of(const settings::Submission& settings, const std::string& host) {
  smtp_session::Profile profile;
  profile.host = host;
  profile.offers_starttls = true;
  profile.requires_tls = true;
  profile.offers_auth = true;
  profile.requires_auth = true;
  profile.most_octets = settings.max_message;
  profile.most_recipients = settings.max_recipients;
  profile.most_errors = settings.max_errors;
  profile.most_auth_tries = settings.auth_tries;
  return profile;
}

Outcome<std::string> read_grant_key(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(in), {});
  if (!in) return failure(ErrorKind::unavailable, file.string() + ": cannot be read; `scop init` makes it");
  auto key = grant::public_key_from_file(content);
  if (!key) return failure(key.error().kind, file.string() + ": " + key.error().what);
  return key;
}

}  // namespace

Outcome<> Service::bind(daemon::Boot& boot) {
  world_.io = &boot.io();
  world_.log = &boot.log();
  world_.host = boot.mesh().host;
  world_.domain = boot.mesh().domain;
  world_.profile = profile_of(world_.settings, world_.host);
  auto tls = net::TlsContext::public_server(world_.settings.certificate, world_.settings.key);
  if (!tls) return std::unexpected(std::move(tls.error()));
  world_.tls = std::move(*tls);
  if (auto bound = bind_ports(boot, world_.settings.listen, false); !bound) return bound;
  return bind_ports(boot, world_.settings.listen_tls, true);
}

Outcome<> Service::bind_ports(daemon::Boot& boot, const std::vector<std::string>& endpoints,
                              bool implicit_tls) {
  for (const auto& text : endpoints) {
    const auto endpoint = net::parse_endpoint(text);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto listener = net::Listener::bind(boot.io(), *endpoint);
    if (!listener) return std::unexpected(std::move(listener.error()));
    world_.log->info("listening", {{"on", net::to_text(listener->local())},
                                   {"tls", implicit_tls ? "implicit" : "STARTTLS"}});
    ports_.push_back({std::move(*listener), implicit_tls});
  }
  return {};
}

Outcome<> Service::open(daemon::Boot& boot) {
  auto key = read_grant_key(boot.mesh().folder / "mesh" / "grant.pub");
  if (!key) return std::unexpected(std::move(key.error()));
  world_.grant_key = std::move(*key);
  world_.accounts = &boot.channel("accounts");
  world_.signer = &boot.channel("signer");
  return {};
}

void Service::start() {
  asio::co_spawn(*world_.io, watch_certificate(), asio::detached);
  for (auto& port : ports_) {
    port.listener.start([this, implicit_tls = port.implicit_tls](net::Stream stream) {
      accept(std::move(stream), implicit_tls);
    });
  }
}

// A renewed certificate is used without anybody's signal.
Task<> Service::watch_certificate() {
  const auto stamps = [this] {
    std::error_code ignored;
    return std::pair(std::filesystem::last_write_time(world_.settings.certificate, ignored),
                     std::filesystem::last_write_time(world_.settings.key, ignored));
  };
  auto seen = stamps();
  Timer timer(*world_.io);
  while (!world_.draining) {
    timer.expires_after(limits::certificate_check);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
    if (auto found = stamps(); found != seen) {
      seen = found;
      reload();
    }
  }
}

void Service::accept(net::Stream stream, bool implicit_tls) {
  const auto address = stream.remote().address().to_string();
  const bool proxied = std::ranges::find(world_.settings.proxy, address) != world_.settings.proxy.end();
  auto client = std::make_shared<Client>(world_, std::move(stream));
  asio::co_spawn(*world_.io, serve(std::move(client), implicit_tls, proxied), asio::detached);
}

Task<> Service::serve(std::shared_ptr<Client> client, bool implicit_tls, bool proxied) {
  if (clients_.size() >= world_.settings.connections) {
    world_.log->warning("connection refused",
                        {{"reason", "too many connections"}, {"most", world_.settings.connections}});
    if (!implicit_tls) co_await client->send_away("421 4.7.0 Too many connections\r\n");
    co_return;
  }
  const auto place = clients_.insert(clients_.end(), client);
  co_await client->serve(implicit_tls, proxied);
  clients_.erase(place);
}

void Service::reload() {
  auto tls = net::TlsContext::public_server(world_.settings.certificate, world_.settings.key);
  if (!tls) {
    world_.log->error("certificate not reloaded, the old one stays", {{"reason", tls.error().what}});
    return;
  }
  world_.tls = std::move(*tls);
  world_.log->info("certificate reloaded", {{"file", world_.settings.certificate.string()}});
}

// Idle clients are sent away at once; a message under way may still get its final reply.
Task<> Service::drain(Deadline deadline) {
  world_.draining = true;
  for (auto& port : ports_) port.listener.stop();
  for (const auto& client : std::vector(clients_.begin(), clients_.end())) {
    if (client->idle()) {
      asio::co_spawn(
          *world_.io,
          [](std::shared_ptr<Client> idle) -> Task<> {
            co_await idle->send_away("421 4.3.2 Shutting down\r\n");
          }(client),
          asio::detached);
    }
  }
  Timer timer(*world_.io);
  while (!clients_.empty() && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(std::chrono::milliseconds(20));
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  }
  for (const auto& client : clients_) client->close();
}

}  // namespace scop::submission
