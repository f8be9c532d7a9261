// Landlock (Documentation/userspace-api/landlock.rst), ABI 1 to 7, by raw system calls: which files may be
// opened, which TCP ports connected to, and that no signal or abstract socket leaves the daemon. Never weaker
// than asked without saying so. Binds the calling thread and what it starts later.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "daemon/missing_wall.hpp"

namespace scop::daemon {

struct LandlockRules {
  std::vector<std::filesystem::path> read;     // what is absent is skipped
  std::vector<std::filesystem::path> write;    // must exist; a file, or a folder with all below it
  std::vector<std::filesystem::path> execute;  // and read; what is absent is skipped
  std::vector<std::uint16_t> connect_ports;
  bool connect_anywhere = false;
  bool source_address = false;  // an address may be bound, but no port of one's own choice
};

struct LandlockStanding {
  int abi = 0;  // 0: the kernel has none
  std::vector<MissingWall> missing;
};

// The kernel's ABI, or the older one that SCOP_LANDLOCK_ABI asks for (tests); 0 where there is none.
int landlock_abi();

// no_new_privs must be set.
Outcome<LandlockStanding> put_up_landlock(const LandlockRules& rules, int abi);

}  // namespace scop::daemon
