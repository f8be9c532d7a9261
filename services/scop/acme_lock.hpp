// One at a time: whoever works on the certificates of an instance holds <folder>/acme/lock.
#pragma once

#include "files/descriptor.hpp"
#include "scop/acme_world.hpp"

namespace scop::command::acme {

// Waits for it as long as `patience`; conflict: another one still has it.
Outcome<files::Descriptor> take_lock(const World& world, std::chrono::milliseconds patience);

}  // namespace scop::command::acme
