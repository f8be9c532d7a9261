// The addresses that our mail leaves from, as the world sees them.
#pragma once

#include <string>
#include <vector>

#include "settings/courier.hpp"

namespace scop::courier {

// public_addresses where configured, else source_addresses, else those that the kernel would choose for a
// host far away (asked of it without a packet). Before the jail.
std::vector<std::string> leaving_addresses(const settings::Courier& settings);

}  // namespace scop::courier
