// What `scop acme` says: after its work, and when asked.
#pragma once

#include <string>
#include <vector>

#include "scop/acme_pass.hpp"
#include "scop/context.hpp"

namespace scop::command::acme {

struct Told {
  std::string pair;
  Standing standing;
};

// The exit status: 1 where something went wrong.
int tell(const Context& context, const std::vector<Told>& told);

// Reads files alone.
int status(const Context& context);

}  // namespace scop::command::acme
