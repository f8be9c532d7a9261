// The list of system calls a daemon may make, in the kernel (libseccomp). A call outside it is not made; the
// SIGSYS handler writes one log line with its name, and the process dies of SIGSYS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "log/form.hpp"

namespace scop::daemon {

struct SystemCallRules {
  bool connect = false;  // TCP connections; else neither connect nor socket
  bool udp = false;      // UDP sockets, and bind for them
  bool bind = false;     // a source address for connections
  // Reading, writing and memory alone: no file can be opened, no thread begun, nothing of the above.
  bool compute_only = false;
  // Names of system calls, and "socket:unix" for AF_UNIX sockets.
  std::vector<std::string_view> more;
};

// `daemon` and `form` are for the one line. no_new_privs must be set; binds the calling thread and what it
// starts. Gives the number of calls that may be made.
Outcome<std::size_t> put_up_seccomp(const SystemCallRules& rules, std::string_view daemon, LogForm form);

}  // namespace scop::daemon
