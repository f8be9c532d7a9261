// Who `scop acme` is while it works: started by root, it gives two folders to a user of its own and becomes
// that user for good, without capabilities, able to write to <folder>/acme and <folder>/tls alone (Landlock).
#pragma once

#include <optional>

#include "log/log.hpp"
#include "mesh_ca/file.hpp"
#include "scop/acme_world.hpp"

namespace scop::command::acme {

// The next number behind the daemons' own (libs/topology): [mesh] user_base + 12. It has no pipe and no
// identity.
inline constexpr unsigned user_offset = 12;

// nullopt: everything belongs to whoever starts it.
std::optional<mesh_ca::Owner> owner(const settings::Mesh& mesh);

// Makes the folders, takes copies of the keys in use where there are none yet, and puts up the walls. Missing
// walls are logged; with strict_walls they are an error.
Outcome<> enter(const World& world, const Log& log);

}  // namespace scop::command::acme
