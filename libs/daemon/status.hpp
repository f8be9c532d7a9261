// What a daemon tells about itself (scop.v1.Daemon): the walls that stand, what they let through, its
// counters.
#pragma once

#include "daemon/boot.hpp"
#include "daemon/jail.hpp"
#include "line_counts/line_counts.hpp"

namespace scop::daemon {

// Serves Status and Metrics from now on. `ready_ms` since the process began; `jail` is what was put up.
void serve_status(Booted& booted, const Jail& jail, const Standing& standing, double ready_ms,
                  const metrics::LineCounts& lines);

}  // namespace scop::daemon
