// scop-mailbox: what a mailbox server (Dovecot) asks the mesh, each time as a process of its own. It holds
// the key of "mailbox", which may check passwords, look users up, and teach the spam filter.
#pragma once

namespace scop::mailbox {

int run(int argc, char** argv);

}  // namespace scop::mailbox
