// The walls around one daemon, put up once, in order: resource limits, capabilities and no_new_privs,
// Landlock, seccomp. There is no way back out, and no thread may run yet.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "daemon/missing_wall.hpp"
#include "daemon/walls.hpp"
#include "log/form.hpp"

namespace scop::daemon {

// TCP ports beside Landlock: daemon/network_wall.hpp.
struct PortsHeld {
  bool by_group = false;
  std::string why_not;  // where it was tried in vain
};

struct Jail {
  std::string daemon;
  LogForm log_form = LogForm::text;
  std::filesystem::path certificates;     // the own folder, read again when it is renewed
  std::filesystem::path authority;        // the mesh CA's certificate
  std::filesystem::path state;            // the one folder it may write
  std::vector<std::uint16_t> pipe_ports;  // of its declared callees
  bool has_own_user = false;              // then its processes and threads can be counted
  PortsHeld ports_held;
  bool lock_memory = false;  // where RLIMIT_MEMLOCK lets it
  Walls walls;
};

struct Standing {
  std::vector<std::string> walls;  // "landlock 7", "seccomp 120"
  std::vector<MissingWall> missing;
};

Outcome<Standing> put_up_walls(const Jail& jail);

// Before the change of user, while a limit may still be raised.
void raise_open_files(std::uint64_t wanted);
void allow_locked_memory();

}  // namespace scop::daemon
