// What `scop check` finds, for it and for `scop doctor`.
#pragma once

#include <string>
#include <vector>

#include "scop/context.hpp"

namespace scop::command {

struct Checked {
  bool could_be_read = true;  // the configuration
  std::vector<std::string> problems;
  std::vector<std::string> warnings;
};

Checked check_instance(const Context& context);

}  // namespace scop::command
