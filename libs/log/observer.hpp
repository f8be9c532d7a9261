// Who counts the lines of this process's log: a daemon has one log, and one that counts. Set once, before
// there are threads; told of every line, those that the level drops too, on the thread that writes it.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "log/log.hpp"

namespace scop {

using LogObserver = std::function<void(LogLevel, std::string_view message, std::span<const LogPair>)>;
void observe_log(LogObserver observer);

}  // namespace scop
