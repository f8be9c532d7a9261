// How log lines look, and which are dropped.
#pragma once

namespace scop {

enum class LogLevel { debug, info, warning, error };
enum class LogForm { text, json };

}  // namespace scop
