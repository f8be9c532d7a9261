// What `scop check` finds about the public certificates' future: an order that failed, a renewal that is
// overdue, a roll that got stuck, a client that is not there.
#pragma once

#include <string>
#include <vector>

#include "scop/context.hpp"

namespace scop::command::acme {

struct Findings {
  std::vector<std::string> problems;
  std::vector<std::string> warnings;
};

// For a configuration without problems.
Findings check(const Context& context);

}  // namespace scop::command::acme
