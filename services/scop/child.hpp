// One daemon's process: started with --config, its output on a pipe, its readiness on another
// (SCOP_READY_FD). It gets SIGTERM should we die without a word (unless it changes its user: the kernel then
// forgets; see end_leftover).
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "files/descriptor.hpp"

namespace scop::command {

struct Child {
  pid_t process = 0;
  files::Descriptor output;  // standard output and error, non-blocking
  files::Descriptor ready;   // "R" and then the end, non-blocking
};

// `arguments` follow "--config FILE".
Outcome<Child> start_child(const std::filesystem::path& program, const std::filesystem::path& config,
                           const std::vector<std::string>& arguments = {});

// "exit 2", "signal 9 (Killed)".
std::string describe_end(int wait_status);

}  // namespace scop::command
