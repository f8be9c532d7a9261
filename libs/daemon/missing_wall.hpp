// A wall that could not be put up here: which, why, and what the administrator can do about it.
#pragma once

#include <string>

namespace scop::daemon {

struct MissingWall {
  std::string wall;
  std::string why;
  std::string remedy;
  bool operator==(const MissingWall&) const = default;
};

}  // namespace scop::daemon
