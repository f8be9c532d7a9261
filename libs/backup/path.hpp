// Paths of entries: relative, below the instance's folder, and one of those that an instance has.
#pragma once

#include <string_view>

#include "core/error.hpp"

namespace scop::backup {

// "relay/state/queue.db"; no "..", "." or empty component, no control character, no backslash, not absolute.
Outcome<> check_path(std::string_view path);

}  // namespace scop::backup
