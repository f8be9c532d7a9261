// What is said when a system call was refused: one log line, written by the SIGSYS handler with nothing but
// async-signal-safe calls from octets prepared beforehand; then the process dies of SIGSYS.
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "log/form.hpp"

namespace scop::daemon {

Outcome<> announce_refused_calls(std::string_view daemon, LogForm form);

}  // namespace scop::daemon
