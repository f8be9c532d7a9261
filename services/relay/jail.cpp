// The relay's walls: its state, the mailboxes, and the pipes of its callees. No network of its own but the
// mailbox servers that the administrator names.
#include "service.hpp"

namespace scop::relay {

daemon::Walls walls_of(const settings::Relay& settings) {
  daemon::Walls walls{.write = {settings.mail_folder}, .open_files = 2048, .memory = 1ULL << 30U};
  for (const auto& route : settings.lmtp) {
    if (route.port != 0) {
      walls.connect_ports.push_back(route.port);
    } else if (walls.system_calls.empty()) {
      // Which sockets: the file system's own rights say it, Landlock has no rule for them.
      walls.system_calls.emplace_back("socket:unix");
    }
  }
  return walls;
}

}  // namespace scop::relay
