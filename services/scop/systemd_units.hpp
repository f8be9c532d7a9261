// The units of a mesh under systemd: a service for each daemon of the topology with the walls that systemd
// can hold around it, scop.target over them, and timers for what comes back daily.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.hpp"
#include "scop/systemd_unit.hpp"
#include "settings/mesh.hpp"

namespace scop::command {

// Where the package looks for its instance.
inline constexpr std::string_view packaged_instance = "/var/lib/scop";

struct UnitFacts {
  std::filesystem::path daemons;  // the folder of scop-relay and the others
  std::filesystem::path command;  // scop itself
  std::filesystem::path folder;   // the instance's, absolute
  const config::Document& document;
  const settings::Mesh& mesh;
  std::function<std::string(std::string_view)> user_of;  // daemon → name or number
};

std::vector<Unit> units_of(const UnitFacts& facts);

// sysusers.d(5): a user and a group for each daemon, with the numbers that `scop init` gives folders to.
std::string users_file(unsigned user_base);

}  // namespace scop::command
