// Which way mail for a domain takes: the first configured route that fits, else MX. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "settings/courier.hpp"

namespace scop::courier {

// "d.example", ".d.example" (all below), "*". Both in lower case, A-labels.
bool rule_fits(std::string_view rule, std::string_view domain);

// nullptr: by MX. `domain` in A-labels.
const settings::Route* route_of(std::string_view domain, const std::vector<settings::Route>& routes);

}  // namespace scop::courier
