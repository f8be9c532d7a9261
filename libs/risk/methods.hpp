// What each method of the mesh carries, and what a stolen caller can do with it: the topology's edges, told
// as risks. Every method of the topology has a row here; a test sees to it.
#pragma once

#include <span>
#include <string_view>

#include "risk/data.hpp"

namespace scop::risk {

struct Method {
  std::string_view name;        // as in the topology: "scop.v1.Stage/Pass"
  std::string_view callee;      // empty: whoever serves it
  DataSet carries;              // from the caller to the callee
  DataSet tells;                // in the answer
  std::string_view allows;      // what a caller that has been taken over can do with it
  std::string_view bounded_by;  // what holds all the same
};

std::span<const Method> methods();

// The row of this method at this callee; nullptr where the topology has none either.
const Method* find_method(std::string_view name, std::string_view callee);

}  // namespace scop::risk
