// Hands a certificate and its key to the daemons: each file whole, written beside and renamed, owned so that
// its daemon alone reads the key. A daemon that looks in between finds a key that does not fit and keeps its
// old pair.
#pragma once

#include "core/secret.hpp"
#include "scop/acme_world.hpp"

namespace scop::command::acme {

Outcome<> place_all(const World& world, const Pair& pair, std::string_view chain, const Secret& key);

}  // namespace scop::command::acme
