// What a daemon was asked to do: --config FILE, --check, --health, --seccomp-profile, --version, --help.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace scop::daemon {

struct CommandLine {
  enum class Ask { run, check, health, seccomp_profile };
  Ask ask = Ask::run;
  std::filesystem::path config = "/etc/scop/scop.toml";
};

// Prints help, version or the complaint itself; then `exit_status` is set and nothing else is to be done.
struct CommandLineRead {
  CommandLine line;
  std::optional<int> exit_status;
};

CommandLineRead read_command_line(int argc, char** argv, std::string_view daemon, std::string_view job);

}  // namespace scop::daemon
