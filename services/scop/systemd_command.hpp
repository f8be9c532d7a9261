// scop systemd: writes the units.
#pragma once

#include "scop/context.hpp"

namespace CLI {
class App;
}

namespace scop::command {

void declare_systemd(CLI::App& app, Context& context);

}  // namespace scop::command
