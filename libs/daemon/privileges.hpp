// Who the daemon is while it runs: no core files, no debugger, its own user, no capability, no way to get
// one.
#pragma once

#include <sys/types.h>

#include <span>

#include "core/error.hpp"

namespace scop::daemon {

// umask 077, no core files, not dumpable (no ptrace, no /proc/self/mem for others), SIGPIPE and SIGXFSZ
// ignored: the calls say what is wrong.
void begin_modestly();

// Of what whoever started us had open, the standard three and `kept` stay (-1: none).
void close_inherited(int kept);

// As root: empties the bounding set and the groups, and becomes `user` (and the group of the same number) for
// good. Not root, or already `user`: nothing happens. An error means that the process may still be root: end
// it. `groups`: further groups, for who hands files over to their members.
Outcome<> become(uid_t user, std::span<const gid_t> groups = {});

// Effective, permitted, inheritable, ambient and, where we still may, the bounding set: empty. Then
// no_new_privs.
Outcome<> give_up_capabilities();

}  // namespace scop::daemon
