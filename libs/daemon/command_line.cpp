#include "daemon/command_line.hpp"

#include <CLI/CLI.hpp>

namespace scop::daemon {

CommandLineRead read_command_line(int argc, char** argv, std::string_view daemon, std::string_view job) {
  const std::string program = "scop-" + std::string(daemon);
  CommandLineRead read;
  bool check = false;
  bool health = false;
  bool profile = false;
  CLI::App app("The " + std::string(daemon) + " daemon of scop: " + std::string(job) + ".", program);
  app.add_option("--config", read.line.config, "the configuration; its folder holds certificates and state")
      ->type_name("FILE")
      ->capture_default_str();
  auto* check_flag =
      app.add_flag("--check", check, "read the configuration, say what is wrong with it, and end");
  app.add_flag("--health", health, "ask the running daemon over its pipe: exit status 0 means serving")
      ->excludes(check_flag);
  app.add_flag("--seccomp-profile", profile,
               "print a container's seccomp profile (JSON, as Docker and Podman read it), and end")
      ->excludes(check_flag);
  app.set_version_flag("--version", program + " " + SCOP_VERSION);
  app.footer(
      "Exit status: 0 all is well, 1 it could not run, 2 the configuration or the command line is wrong.\n"
      "Signals: TERM and INT finish what was begun and end; HUP reads certificates and keys again.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    constexpr int wrong_usage = 2;
    read.exit_status = app.exit(error) == 0 ? 0 : wrong_usage;
  }
  if (check) read.line.ask = CommandLine::Ask::check;
  if (health) read.line.ask = CommandLine::Ask::health;
  if (profile) read.line.ask = CommandLine::Ask::seccomp_profile;
  return read;
}

}  // namespace scop::daemon
