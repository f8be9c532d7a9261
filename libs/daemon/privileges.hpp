// Who the daemon is while it runs: no core files, no debugger, its own user, no capability, no way to get
// one.
#pragma once

#include <sys/types.h>

#include "core/error.hpp"

namespace scop::daemon {

// umask 077, no core files, not dumpable (no ptrace, no /proc/self/mem for others), SIGPIPE ignored.
void begin_modestly();

// As root: empties the bounding set and the groups, and becomes `user` (and the group of the same number) for
// good. Not root, or already `user`: nothing happens. An error means that the process may still be root: end
// it.
Outcome<> become(uid_t user);

// Effective, permitted, inheritable, ambient and, where we still may, the bounding set: empty. Then
// no_new_privs.
Outcome<> give_up_capabilities();

}  // namespace scop::daemon
