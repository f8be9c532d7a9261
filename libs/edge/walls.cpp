#include "edge/walls.hpp"

#include "daemon/folders.hpp"

namespace scop::edge {

daemon::Walls walls_of(const settings::PublicServer& settings) {
  daemon::Walls walls;
  walls.read = daemon::folders_of({settings.certificate, settings.key});
  walls.open_files = settings.connections + 256;
  // Sessions at under 64 KiB, messages under way, and the daemon itself.
  walls.memory = settings.connections * (64ULL << 10U) + 4 * settings.message_memory + (256ULL << 20U);
  return walls;
}

}  // namespace scop::edge
