// scop reload: daemons look at their files again, and nobody is disconnected.
#pragma once

#include <filesystem>
#include <string_view>

#include "scop/context.hpp"

namespace CLI {
class App;
}

namespace scop::command {

void declare_reload(CLI::App& app, Context& context);

// run/<daemon>.toml: the configuration as the daemon has read it. `scop up` keeps it.
std::filesystem::path read_configuration(const std::filesystem::path& instance, std::string_view daemon);

}  // namespace scop::command
