// A container's own seccomp profile in the OCI form that Docker and Podman read: what the daemon's filter
// allows, and what comes before that filter stands: the loader, the boot sequence, the health check, judges.
// An outer wall for the time in which the inner one is not there yet; what is not listed fails with EPERM.
#pragma once

#include <string>

#include "daemon/walls.hpp"

namespace scop::daemon {

std::string container_profile(const Walls& walls);

}  // namespace scop::daemon
