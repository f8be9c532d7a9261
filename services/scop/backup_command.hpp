// scop backup, scop restore.
#pragma once

#include "scop/context.hpp"

namespace CLI {
class App;
}

namespace scop::command {

void declare_backup(CLI::App& app, Context& context);

}  // namespace scop::command
