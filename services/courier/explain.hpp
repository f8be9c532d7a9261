// How mail for a domain would go now, host by host, for people: all that an attempt finds out, and no
// connection.
#pragma once

#include <string>

#include "courier/world.hpp"
#include "scop/v1/courier.pb.h"

namespace scop::courier {

Task<v1::Explanation> explain(World& world, std::string domain, std::string trace);

}  // namespace scop::courier
