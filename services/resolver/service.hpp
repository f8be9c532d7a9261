// The resolver daemon: validating DNS for the mesh over its pipe, and for ordinary tools on a port of this
// host.
#pragma once

#include <memory>
#include <vector>

#include "daemon/service.hpp"
#include "resolver/cache_keeper.hpp"
#include "resolver/dns_port.hpp"
#include "resolver/resolution.hpp"
#include "resolver/tls_tunnel.hpp"
#include "settings/resolver.hpp"

namespace scop::resolver {

daemon::Walls walls_of(const settings::Resolver& settings, const std::filesystem::path& configuration,
                       const std::vector<std::uint16_t>& tunnels);

class Service final : public daemon::Service {
 public:
  void configure(const config::Document& document) override { settings_ = settings::read_resolver(document); }
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return walls_of(settings_, configuration_, tunnel_ports()); }
  void start() override;
  // The configuration is read again: stubs, forwarders, anchors and what is not validated change at once.
  void reload() override;
  Task<> drain(Deadline deadline) override;

 private:
  // The parts in the order in which they are made.
  struct Parts {
    Parts(asio::io_context& io, const Log& log, const std::filesystem::path& state,
          const settings::Resolver& settings);
    Library library;
    Cache cache;
    Resolution resolution;
    CacheKeeper keeper;
  };
  Task<pipe::Result<v1::Answer>> look_up(pipe::Call call, v1::Question question);
  v1::ResolverStatistics statistics() const;
  pipe::Result<v1::ResolverFlushReply> flush(const v1::ResolverFlushRequest& request);
  Outcome<> renew_library(const settings::Resolver& settings);
  void warn_of_test_settings() const;
  Outcome<> bind_tunnels(daemon::Boot& boot);
  std::vector<std::uint16_t> tunnel_ports() const;

  settings::Resolver settings_;
  std::filesystem::path configuration_;
  const Log* log_ = nullptr;
  std::vector<DnsPort> ports_;
  std::vector<TlsTunnel> tunnels_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace scop::resolver
