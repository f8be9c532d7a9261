#include "courier/route.hpp"

#include <algorithm>

namespace scop::courier {

bool rule_fits(std::string_view rule, std::string_view domain) {
  if (rule == "*") return true;
  if (rule.starts_with('.')) return domain.ends_with(rule);
  return rule == domain;
}

const settings::Route* route_of(std::string_view domain, const std::vector<settings::Route>& routes) {
  const auto found = std::ranges::find_if(
      routes, [&](const settings::Route& route) { return rule_fits(route.domain, domain); });
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace scop::courier
