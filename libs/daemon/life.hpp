// One daemon from its configuration to its end: the boot sequence, then the loop with its signals.
#pragma once

#include <memory>
#include <string_view>

#include "daemon/boot.hpp"

namespace scop::daemon {

enum class ExitStatus : int { good = 0, could_not_run = 1, wrong_configuration = 2 };

class Life {
 public:
  Life(const topology::Daemon& daemon, const config::Document& document, settings::Mesh mesh,
       std::unique_ptr<Service> service);
  ~Life();

  // bind → own user → certificates → open → walls → start → ready. Has said what is wrong where it is not
  // good.
  ExitStatus boot();
  // Until SIGTERM or SIGINT has been answered by a drain.
  ExitStatus loop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Passwords and keys pass through buffers that are nobody's secret store: these daemons' memory is locked as
// a whole, and wiped when it is given back. The pipes' and ports' private keys are locked in every daemon
// (run.cpp).
bool keeps_secrets(std::string_view daemon);

// One problem a line on standard error.
void print_problems(const std::vector<std::string>& problems);

}  // namespace scop::daemon
