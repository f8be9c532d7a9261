// scop walls: what stands around each daemon.
#pragma once

namespace CLI {
class App;
}

namespace scop::command {

struct Context;
void declare_walls(CLI::App& app, Context& context);

}  // namespace scop::command
