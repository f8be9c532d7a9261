// What the benchmark programs count: percentiles, their own CPU time, the machine-wide monotonic clock.
#pragma once

#include <vector>

namespace scop::bench {

// The value at `part` (0…1) of the sorted samples, nearest rank; 0 where there are none.
double percentile(const std::vector<double>& sorted, double part);

struct CpuSeconds {
  double user = 0;
  double system = 0;
};
CpuSeconds own_cpu();

// CLOCK_MONOTONIC in seconds: comparable between the processes of one machine.
double monotonic_seconds();

// Raises the soft limit of open files to the hard one, and the hard one to `wanted` where we may.
void raise_open_files(unsigned long wanted);

}  // namespace scop::bench
