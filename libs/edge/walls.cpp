#include "edge/walls.hpp"

namespace scop::edge {

daemon::Walls walls_of(const settings::PublicServer& settings) {
  daemon::Walls walls;
  // Folders, not files: a renewed certificate is a new file under the old name. ACME clients put symbolic
  // links there, so the folders that they lead to count as well.
  for (const auto& file : {settings.certificate, settings.key}) {
    std::error_code ignored;
    walls.read.push_back(file.parent_path());
    const auto target = std::filesystem::canonical(file, ignored).parent_path();
    if (!target.empty() && target != file.parent_path()) walls.read.push_back(target);
  }
  walls.open_files = settings.connections + 256;
  // Sessions at under 64 KiB, messages under way, and the daemon itself.
  walls.memory = settings.connections * (64ULL << 10U) + 4 * settings.message_memory + (256ULL << 20U);
  return walls;
}

}  // namespace scop::edge
