// The resolver's walls. It writes no file and reads one at most: root hints, where given, are read by
// libunbound's own thread; trust anchors were read before. It reaches the Internet's port 53 by UDP and TCP,
// and nothing else by TCP.
#include "resolver/service.hpp"

namespace scop::resolver {

daemon::Walls walls_of(const settings::Resolver& settings) {
  daemon::Walls walls;
  if (!settings.root_hints.empty()) walls.read = {settings.root_hints};
  walls.connect_ports = {53, 853};
  walls.udp = true;
  walls.open_files = 4096;
  walls.memory = (256ULL << 20U) + settings.cache * 4;
  // Forwarders and stubs may be on other ports.
  const auto add_port = [&walls](const std::string& server) {
    const auto at = server.find('@');
    if (at != std::string::npos)
      walls.connect_ports.push_back(static_cast<std::uint16_t>(std::stoul(server.substr(at + 1))));
  };
  for (const auto& server : settings.forward) add_port(server);
  for (const auto& stub : settings.stubs) {
    for (const auto& server : stub.addresses) add_port(server);
  }
  return walls;
}

}  // namespace scop::resolver
