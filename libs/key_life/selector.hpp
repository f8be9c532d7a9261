// Names for new keys: "r20261121a" is the first RSA key of that day, "e20261121b" the second Ed25519 one. A
// name is never used twice, not even where its key is long gone: resolvers may still hold its empty p=.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "dkim/algorithm.hpp"

namespace scop::key_life {

// `last`: the newest one given so far, empty for none. The new one is later, also where the clock has gone
// back.
std::string new_selector(dkim::KeyType type, Time now, std::string_view last,
                         const std::vector<std::string>& taken);

}  // namespace scop::key_life
