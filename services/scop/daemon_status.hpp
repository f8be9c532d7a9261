// What every daemon says of itself (scop.v1.Daemon/Status): asked for by several commands.
#pragma once

#include <string>
#include <vector>

#include "scop/instance.hpp"

namespace scop::command {

struct AskedStatus {
  std::string daemon;
  pipe::Result<v1::DaemonStatus> status;
};

// All daemons of the topology, in its order; one that does not answer costs three seconds.
std::vector<AskedStatus> ask_status(const Instance& instance);

}  // namespace scop::command
