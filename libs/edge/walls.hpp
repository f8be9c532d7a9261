// What an edge may do once it is up: read its public certificate again and talk to its callees' pipes.
#pragma once

#include "daemon/walls.hpp"
#include "settings/public_server.hpp"

namespace scop::edge {

daemon::Walls walls_of(const settings::PublicServer& settings);

}  // namespace scop::edge
