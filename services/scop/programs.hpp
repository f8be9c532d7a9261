// Where the programs of the mesh stand: in one folder (a build), or the daemons in libexec/scop beside bin
// (an installation).
#pragma once

#include <filesystem>

#include "core/error.hpp"

namespace scop::command {

Outcome<std::filesystem::path> own_program();     // of `scop` itself
Outcome<std::filesystem::path> daemons_folder();  // of scop-relay and the others

}  // namespace scop::command
