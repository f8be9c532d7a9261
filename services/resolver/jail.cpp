// The resolver's walls. It writes its state folder alone: trust anchors that follow their zones, the cache,
// the configuration that libunbound was given. It reads what that names, the own configuration again on
// SIGHUP, and the root's anchors. It reaches the Internet's ports 53 and 853, and nothing else by TCP.
#include "resolver/anchors.hpp"
#include "resolver/service.hpp"

namespace scop::resolver {

daemon::Walls walls_of(const settings::Resolver& settings, const std::filesystem::path& configuration,
                       const std::vector<std::uint16_t>& tunnels) {
  daemon::Walls walls;
  walls.read = {configuration, root_anchor_file};
  for (const auto& file : {settings.root_hints, settings.trust_anchor_file}) {
    if (!file.empty()) walls.read.push_back(file);
  }
  walls.connect_ports = {53, 853};
  walls.connect_ports.insert(walls.connect_ports.end(), tunnels.begin(), tunnels.end());
  walls.udp = true;
  walls.system_calls = {"socketpair"};  // a new context talks to its thread over one
  walls.open_files = 4096;
  walls.memory = (256ULL << 20U) + settings.cache * 4;
  // Forwarders and stubs may be on other ports.
  for (const auto& server : settings.forward) walls.connect_ports.push_back(server.port);
  for (const auto& stub : settings.stubs) {
    for (const auto& server : stub.servers) walls.connect_ports.push_back(server.port);
  }
  return walls;
}

}  // namespace scop::resolver
