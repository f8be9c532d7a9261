#include "submission/service.hpp"

#include <fstream>

#include "edge/client.hpp"
#include "grant/keys.hpp"
#include "submission/policy.hpp"

namespace scop::submission {

namespace {

Outcome<std::string> read_grant_key(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(in), {});
  if (!in) return failure(ErrorKind::unavailable, file.string() + ": cannot be read; `scop init` makes it");
  auto key = grant::public_key_from_file(content);
  if (!key) return failure(key.error().kind, file.string() + ": " + key.error().what);
  return key;
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
  if (auto prepared = front_.prepare(boot, world_.settings); !prepared) return prepared;
  auto& profile = world_.edge.profile;
  profile.requires_tls = profile.offers_auth = profile.requires_auth = true;
  profile.offers_requiretls =
      true;  // RFC 8689 2: the courier keeps it, or the sender learns that it could not
  profile.most_auth_tries = world_.settings.auth_tries;
  if (auto bound = front_.bind(world_.settings.listen, false); !bound) return bound;
  return front_.bind(world_.settings.listen_tls, true);
}

Outcome<> Service::open(daemon::Boot& boot) {
  auto key = read_grant_key(boot.mesh().folder / "mesh" / "grant.pub");
  if (!key) return std::unexpected(std::move(key.error()));
  world_.grant_key = std::move(*key);
  world_.accounts = &boot.channel("accounts");
  world_.edge.next = &boot.channel("signer");
  return {};
}

}  // namespace scop::submission
