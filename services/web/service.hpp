// The web daemon: what others fetch over HTTPS about our domains – MTA-STS policy, client configuration,
// .well-known. Holds a TLS key of its own and asks accounts for the names of domains, nothing else.
#pragma once

#include <memory>
#include <optional>

#include "daemon/service.hpp"
#include "http_server/server.hpp"
#include "settings/web.hpp"
#include "web/domains.hpp"

namespace scop::web {

daemon::Walls walls_of(const settings::Web& settings);

class Service final : public daemon::Service {
 public:
  void configure(const config::Document& document) override;
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return walls_of(site_.settings); }
  void start() override;
  void reload() override;
  Task<> drain(Deadline deadline) override;

 private:
  web_content::Site site_;
  std::optional<Domains> domains_;
  std::optional<http_server::Server> server_;
  asio::io_context* io_ = nullptr;
  pipe::Channel* accounts_ = nullptr;
};

}  // namespace scop::web
