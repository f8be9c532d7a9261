// The web daemon's walls: its public ports were opened before; it reads its certificates again and connects
// to accounts alone.
#include "daemon/folders.hpp"
#include "web/service.hpp"

namespace scop::web {

daemon::Walls walls_of(const settings::Web& settings) {
  daemon::Walls walls;
  if (!settings.listen.empty()) {
    for (const auto& pair : settings.pairs)
      for (const auto& folder : daemon::folders_of({pair.certificate, pair.key}))
        walls.read.push_back(folder);
  }
  walls.open_files = settings.connections + 256;
  // Connections at under 256 KiB with a request under way, and the daemon itself.
  walls.memory = settings.connections * (256ULL << 10U) + (64ULL << 20U);
  return walls;
}

}  // namespace scop::web
