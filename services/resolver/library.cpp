#include "resolver/library.hpp"

#include "crypto/digest.hpp"
#include "resolver/anchors.hpp"
#include "resolver/cache_file.hpp"
#include "resolver/unbound_conf.hpp"

namespace scop::resolver {

namespace {

std::string digest_of(const settings::Resolver& settings, const AnchorSources& anchors) {
  // Without tunnels: their ports are other ones at each start.
  std::string all = unbound_conf(settings, anchors, {}) + anchors.configured;
  for (const auto* lines : {&settings.local_zones, &settings.local_data}) {
    all += '\n';
    for (const auto& line : *lines) all += line + '\n';
  }
  return crypto::sha256(all);
}

}  // namespace

Outcome<> Library::use(const settings::Resolver& settings, const std::vector<std::uint16_t>& tunnels) {
  const auto anchors = prepare_anchors(settings, state_);
  if (!anchors) return std::unexpected(anchors.error());
  const auto conf = unbound_conf(settings, *anchors, tunnels);
  auto context = make_context(settings, conf, state_, log_);
  if (!context) return std::unexpected(std::move(context.error()));
  auto unbound = std::make_shared<Unbound>(io_, std::move(*context), settings.dnssec, log_);
  if (running_) unbound->start();
  newest_ = std::move(unbound);
  digest_ = digest_of(settings, *anchors);
  return {};
}

void Library::start() {
  running_ = true;
  newest_->start();
}

void Library::stop() {
  running_ = false;
  newest_->stop();
}

Task<Found> Library::look_up(std::string name, dns::Type type, Deadline deadline) {
  const auto unbound = newest_;  // stays until this look-up has ended
  co_return co_await unbound->look_up(std::move(name), type, deadline);
}

}  // namespace scop::resolver
