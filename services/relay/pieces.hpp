// A message's octets in pieces, for whoever sends them on.
#pragma once

#include <string>

#include "files/pool.hpp"
#include "neighbours.hpp"
#include "queued.hpp"

namespace scop::relay {

// `octets`, then `file` behind it (empty: none), in pieces read off the io thread.
Pieces pieces_of(Octets octets, std::string file, files::Pool& pool);

}  // namespace scop::relay
