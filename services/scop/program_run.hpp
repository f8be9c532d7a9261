// Another program, run to its end: its output together, bounded, and a limit to its time.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace scop::command {

struct ProgramEnd {
  int wait_status = 0;
  bool timed_out = false;  // and was killed
  std::string output;      // standard output and error; the last 64 KiB
  bool good() const;       // exit 0
};

// Nothing but `environment` is handed on; standard input is empty. The program gets SIGKILL should we end
// first. not_found: it cannot be executed.
Outcome<ProgramEnd> run_program(const std::vector<std::string>& words,
                                const std::vector<std::string>& environment, std::chrono::seconds at_most);

}  // namespace scop::command
