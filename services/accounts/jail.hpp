// What accounts may still do once it is up.
#pragma once

#include "daemon/walls.hpp"

namespace scop::accounts {
daemon::Walls walls(std::uint64_t argon2_memory, unsigned argon2_threads);
}
