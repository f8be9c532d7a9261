// `scop certs public`, below `scop certs`.
#pragma once

#include "scop/context.hpp"

namespace CLI {
class App;
}

namespace scop::command {

void declare_certs_public(CLI::App& certs, Context& context);

}  // namespace scop::command
