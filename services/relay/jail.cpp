// The relay's walls: its state, the mailboxes, and the pipes of its callees. No network of its own.
#include "service.hpp"

namespace scop::relay {

daemon::Walls walls_of(const settings::Relay& settings) {
  return {.write = {settings.mail_folder}, .open_files = 2048, .memory = 1ULL << 30U};
}

}  // namespace scop::relay
