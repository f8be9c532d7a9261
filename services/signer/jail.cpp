// The signer's walls. It reads and writes its own folder, where the DKIM keys are, and nothing of anyone
// else's. Beside the relay's pipe it reaches the primary DNS by TCP, and the name servers it watches, where
// they are configured.
#include "core/ascii.hpp"
#include "signer/service.hpp"

namespace scop::signer {

daemon::Walls walls_of(const settings::Signer& settings) {
  daemon::Walls walls;
  auto servers = settings.name_servers;
  if (!settings.primary.empty()) servers.push_back(settings.primary);
  for (const std::string_view server : servers) {
    const auto port = ascii::parse_unsigned(server.substr(server.rfind(':') + 1));
    if (port && *port > 0 && *port < 65536) walls.connect_ports.push_back(static_cast<std::uint16_t>(*port));
  }
  walls.open_files = 1024;
  walls.memory = 512ULL << 20U;
  return walls;
}

}  // namespace scop::signer
