#include "daemon/boot.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ensure.hpp"

namespace scop::daemon {

Booted::Booted(const topology::Daemon& daemon, const config::Document& document, settings::Mesh mesh)
    : daemon_(daemon),
      document_(document),
      mesh_(std::move(mesh)),
      log_(std::string(daemon.name), mesh_.log_form, mesh_.log_level),
      server_(io_, log_, mesh_.domain, std::string(daemon.name)),
      state_(settings::state_folder(mesh_, daemon.name)),
      certificates_(mesh_, daemon.name) {}

pipe::Channel& Booted::channel(std::string_view callee) {
  const auto declared = topology::callees_of(daemon_.name);
  ENSURE(std::ranges::find(declared, callee) != declared.end());
  if (const auto known = channels_.find(callee); known != channels_.end()) return *known->second;
  const auto endpoint = net::parse_endpoint(mesh_.dial.find(callee)->second);
  ENSURE(endpoint.has_value());  // read_mesh has looked at it
  auto made = std::make_unique<pipe::Channel>(io_, log_, mesh_.domain, std::string(callee), *endpoint);
  if (identity_) made->use(*identity_);
  return *channels_.emplace(callee, std::move(made)).first->second;
}

Outcome<> Booted::bind_server() {
  const auto endpoint = net::parse_endpoint(mesh_.listen.find(daemon_.name)->second);
  if (!endpoint) return std::unexpected(endpoint.error());
  return server_.bind(*endpoint);
}

Outcome<> Booted::use_certificates() {
  auto context = certificates_.load();
  if (!context) return std::unexpected(std::move(context.error()));
  identity_ = std::move(*context);
  server_.use(*identity_);
  for (auto& [callee, channel] : channels_) channel->use(*identity_);
  return {};
}

std::chrono::seconds Booted::certificate_left() const {
  return identity_ ? remaining_validity(*identity_) : std::chrono::seconds(0);
}

void Booted::warn_of_expiry() const {
  constexpr std::chrono::hours soon{72};
  if (!identity_) return;
  const auto left = remaining_validity(*identity_);
  if (left >= soon) return;
  log_.warning(left.count() < 0 ? "pipe certificate has expired" : "pipe certificate expires soon",
               {{"hours", std::chrono::duration_cast<std::chrono::hours>(left).count()},
                {"file", (certificates_.folder() / "cert.pem").string()},
                {"do", "scop certs renew"}});
}

uid_t Booted::own_user() const { return mesh_.user_base == 0 ? 0 : mesh_.user_base + daemon_.user_offset; }

std::vector<std::uint16_t> Booted::callee_ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto callee : topology::callees_of(daemon_.name)) {
    if (const auto endpoint = net::parse_endpoint(mesh_.dial.find(callee)->second))
      ports.push_back(endpoint->port());
  }
  return ports;
}

}  // namespace scop::daemon
