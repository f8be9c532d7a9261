// What every daemon tells of its own process: memory, descriptors, processor time, age.
#pragma once

#include <cstdint>

#include "metrics/registry.hpp"

namespace scop::daemon {

// Before the walls: what is read later is opened now. `most_files`: its limit on open files.
void measure_process(metrics::Registry& registry, std::uint64_t most_files);

}  // namespace scop::daemon
