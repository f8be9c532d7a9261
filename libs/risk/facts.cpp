#include "risk/facts.hpp"

#include <algorithm>
#include <utility>

#include "topology/topology.hpp"

namespace scop::risk {

Settings read_settings(const config::Document& document) {
  auto mesh = settings::read_mesh(document);
  const auto host = mesh.host;
  const auto domain = mesh.domain;
  return {.mesh = std::move(mesh),
          .accounts = settings::read_accounts(document),
          .acme = settings::read_acme(document, host, domain),
          .courier = settings::read_courier(document, host),
          .dns = settings::read_dns(document),
          .receiver = settings::read_receiver(document),
          .relay = settings::read_relay(document),
          .resolver = settings::read_resolver(document),
          .signer = settings::read_signer(document),
          .spamfilter = settings::read_spamfilter(document),
          .submission = settings::read_submission(document),
          .verifier = settings::read_verifier(document, host, domain),
          .web = settings::read_web(document, host)};
}

std::string_view name_of(Source source) {
  switch (source) {
    case Source::configuration:
      return "configuration only";
    case Source::disk:
      return "read from disk";
    case Source::daemon:
      return "checked live (daemon)";
    case Source::kernel:
      return "checked live (kernel)";
  }
  std::unreachable();
}

const DaemonFacts* find_daemon(const Facts& facts, std::string_view name) {
  const auto found = std::ranges::find(facts.daemons, name, &DaemonFacts::name);
  return found == facts.daemons.end() ? nullptr : &*found;
}

User user_of(const Facts& facts, std::string_view daemon) {
  const auto* found = find_daemon(facts, daemon);
  if (found != nullptr && found->process) {
    auto groups = found->process->groups;
    groups.push_back(found->process->group);
    return {found->process->user, std::move(groups), Source::kernel};
  }
  const auto* known = topology::find(daemon);
  const auto base = facts.settings.mesh.user_base;
  const auto own = base != 0 && known != nullptr ? base + known->user_offset : facts.reader;
  if (found != nullptr && found->status) return {found->status->user, {own}, Source::daemon};
  return {own, {own}, Source::configuration};
}

bool has_wall(const DaemonFacts& daemon, std::string_view wall) {
  return daemon.status && std::ranges::any_of(daemon.status->walls, [&](const std::string& stands) {
           return stands == wall || stands.starts_with(std::string(wall) + " ");
         });
}

}  // namespace scop::risk
