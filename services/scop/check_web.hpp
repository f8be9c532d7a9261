// What `scop check` says about the web daemon's certificates.
#pragma once

#include <string>
#include <vector>

#include "mesh_ca/facts.hpp"

namespace scop::command {

// The names that a hosted domain's visitors ask for and none of these certificates has.
std::vector<std::string> uncovered_names(const std::string& domain,
                                         const std::vector<mesh_ca::Facts>& certificates);

}  // namespace scop::command
