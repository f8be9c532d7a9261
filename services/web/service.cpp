#include "web/service.hpp"

#include "settings/mesh.hpp"
#include "web_content/route.hpp"

namespace scop::web {

namespace {

http_server::Bounds bounds_of(const settings::Web& settings) {
  return {.connections = settings.connections,
          .connections_per_address = settings.connections_per_address,
          .idle_timeout = settings.idle_timeout,
          .request_timeout = settings.request_timeout};
}

Task<http::Response> answer(const web_content::Site& site, const http::Request& request) {
  co_return request.is_secure ? web_content::route(site, request, now())
                              : web_content::redirect(site, request);
}

}  // namespace

void Service::configure(const config::Document& document) {
  site_.settings = settings::read_web(document, settings::read_mesh(document).host);
}

Outcome<> Service::bind(daemon::Boot& boot) {
  io_ = &boot.io();
  site_.host = boot.mesh().host;
  site_.domains = {boot.mesh().domain};
  domains_.emplace(boot.io(), site_, boot.log());
  const auto& settings = site_.settings;
  server_.emplace(boot.io(), boot.log(), bounds_of(settings),
                  [this](const http::Request& request) { return answer(site_, request); });
  server_->trust_proxies(settings.proxy);
  if (auto bound = server_->bind(settings.listen_http, false); !bound) return bound;
  if (settings.listen.empty()) return {};
  std::vector<http_server::Pair> pairs;
  for (const auto& pair : settings.pairs) pairs.push_back({pair.certificate, pair.key});
  if (auto used = server_->use(std::move(pairs)); !used) return used;
  if (auto bound = server_->bind(settings.listen, true); !bound) return bound;
  site_.port = server_->secure_port();
  return {};
}

Outcome<> Service::open(daemon::Boot& boot) {
  accounts_ = &boot.channel("accounts");
  return {};
}

void Service::start() {
  asio::co_spawn(*io_, domains_->keep_asking(*accounts_), asio::detached);
  server_->start();
}

void Service::reload() {
  server_->reload();
  domains_->ask_now();
}

Task<> Service::drain(Deadline deadline) { return server_->drain(deadline); }

}  // namespace scop::web
