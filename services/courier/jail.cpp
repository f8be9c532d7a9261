// The courier's walls. It speaks to hostile servers and holds next to nothing: no queue, nothing to read once
// it is up, and MTA-STS policies to write in its own state folder. Outside it may reach the ports of mail
// hosts, of policies and reports (HTTPS), and of what the administrator names.
#include "courier/service.hpp"

namespace scop::courier {

daemon::Walls walls_of(const settings::Courier& settings) {
  daemon::Walls walls;
  walls.connect_ports = {settings.port, settings.https_port};
  for (const auto& route : settings.routes) walls.connect_ports.push_back(route.port);
  walls.source_address = !settings.source_addresses.empty();
  walls.open_files = settings.connections + 512;
  return walls;
}

}  // namespace scop::courier
