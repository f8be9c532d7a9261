// scop monitor: the metrics of all daemons, for Prometheus.
#pragma once

#include "scop/context.hpp"

namespace CLI {
class App;
}

namespace scop::command {

void declare_monitor(CLI::App& app, Context& context);

}  // namespace scop::command
