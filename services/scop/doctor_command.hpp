// scop doctor and scop risk-report: what is wrong with this instance, and what it risks.
#pragma once

#include "scop/context.hpp"

namespace CLI {
class App;
}

namespace scop::command {

void declare_doctor(CLI::App& app, Context& context);
void declare_risk(CLI::App& app, Context& context);

}  // namespace scop::command
