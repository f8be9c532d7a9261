#include "courier/route.hpp"

#include <algorithm>

namespace scop::courier {

const settings::Route* route_of(std::string_view domain, const std::vector<settings::Route>& routes) {
  const auto fits = [&](const settings::Route& route) {
    if (route.domain == "*") return true;
    if (route.domain.starts_with('.')) return domain.ends_with(route.domain);
    return route.domain == domain;
  };
  const auto found = std::ranges::find_if(routes, fits);
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace scop::courier
