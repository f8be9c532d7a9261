// Which keys two configurations say differently: "[relay] retry". For who asks what a restart would change.
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"

namespace scop::config {

struct Difference {
  std::string section;  // the first part of its name: "courier" of [[courier.route]]
  std::string key;      // the rest: "retry", "route"
  auto operator<=>(const Difference&) const = default;
};

// In order, each once; layout and comments are none. An error is one of syntax.
Outcome<std::vector<Difference>> differences(std::string_view before, std::string_view after);

}  // namespace scop::config
