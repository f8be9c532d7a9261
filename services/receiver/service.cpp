#include "receiver/service.hpp"

#include "edge/client.hpp"
#include "receiver/policy.hpp"

namespace scop::receiver {

namespace {

smtp_session::Profile profile_of(const settings::Receiver& settings, const std::string& host) {
  smtp_session::Profile profile;
  profile.host = host;
  profile.offers_starttls = true;
  profile.offers_requiretls = true;
  profile.most_octets = settings.max_message;
  profile.most_recipients = settings.max_recipients;
  profile.most_errors = settings.max_errors;
  return profile;
}

std::shared_ptr<edge::Session> session_for(World& world, net::Stream stream) {
  return std::make_shared<edge::Client>(world.edge, std::move(stream), [&world](edge::Visit& visit) {
    return std::make_unique<ClientPolicy>(world, visit);
  });
}

}  // namespace

Service::Service()
    : front_(world_.edge, [this](net::Stream stream) { return session_for(world_, std::move(stream)); }) {}

Outcome<> Service::bind(daemon::Boot& boot) {
  auto& edge = world_.edge;
  world_.defences = std::make_unique<Defences>(world_.settings);
  edge.bounds = world_.settings;
  edge.io = &boot.io();
  edge.log = &boot.log();
  edge.host = boot.mesh().host;
  edge.domain = boot.mesh().domain;
  edge.profile = profile_of(world_.settings, edge.host);
  if (auto read = front_.read_certificate(); !read) return read;
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
