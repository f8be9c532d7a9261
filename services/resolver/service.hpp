// The resolver daemon: validating DNS for the mesh over its pipe, and for ordinary tools on a port of this
// host.
#pragma once

#include <memory>
#include <vector>

#include "daemon/service.hpp"
#include "resolver/dns_port.hpp"
#include "resolver/unbound.hpp"
#include "settings/resolver.hpp"

namespace scop::resolver {

daemon::Walls walls_of(const settings::Resolver& settings);

class Service final : public daemon::Service {
 public:
  void configure(const config::Document& document) override { settings_ = settings::read_resolver(document); }
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return walls_of(settings_); }
  void start() override;
  void reload() override {}
  Task<> drain(Deadline deadline) override;

 private:
  Task<pipe::Result<v1::Answer>> look_up(pipe::Call call, v1::Question question);

  settings::Resolver settings_;
  const Log* log_ = nullptr;
  std::vector<DnsPort> ports_;
  std::unique_ptr<Unbound> unbound_;
};

}  // namespace scop::resolver
