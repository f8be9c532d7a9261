#include "receiver/service.hpp"

#include "edge/client.hpp"
#include "receiver/policy.hpp"

namespace scop::receiver {

namespace {

std::shared_ptr<edge::Session> session_for(World& world, net::Stream stream) {
  return std::make_shared<edge::Client>(world.edge, std::move(stream), [&world](edge::Visit& visit) {
    return std::make_unique<ClientPolicy>(world, visit);
  });
}

}  // namespace

Service::Service()
    : front_(world_.edge, [this](net::Stream stream) { return session_for(world_, std::move(stream)); }) {}

Outcome<> Service::bind(daemon::Boot& boot) {
  world_.defences = std::make_unique<Defences>(world_.settings);
  if (auto prepared = front_.prepare(boot, world_.settings); !prepared) return prepared;
  world_.edge.profile.offers_requiretls = true;
  boot.metrics().gauge("scop_receiver_offenders", "hosts with an offence in memory, banned ones among them",
                       [this] { return static_cast<double>(world_.defences->bans.size()); });
  return front_.bind(world_.settings.listen, false);
}

Outcome<> Service::open(daemon::Boot& boot) {
  world_.accounts = &boot.channel("accounts");
  world_.resolver = &boot.channel("resolver");
  world_.spamfilter = &boot.channel("spamfilter");
  world_.edge.next = world_.spamfilter;
  return {};
}

}  // namespace scop::receiver
