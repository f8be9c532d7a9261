// run/<daemon>.pid, as `scop up` writes it: how a command finds a daemon of this instance.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

namespace scop::command {

// 0: none runs, or the number is another process's by now.
pid_t process_of(const std::filesystem::path& instance, std::string_view daemon);

// SIGHUP, since its files have changed. False: it does not run, and reads its files at its start.
bool wake(const std::filesystem::path& instance, std::string_view daemon);

// Ends what a killed `scop up` has left behind and which would hold the ports; waits until it has ended.
void end_leftover(const std::filesystem::path& instance, std::string_view daemon);

}  // namespace scop::command
