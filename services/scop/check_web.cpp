#include "scop/check_web.hpp"

#include <algorithm>

namespace scop::command {

namespace {

// RFC 6125 6.4.3: a wildcard stands for one whole label, the first.
bool fits(const std::string& pattern, const std::string& name) {
  return pattern == name || (pattern.starts_with("*.") && name.contains('.') &&
                             name.substr(name.find('.')) == pattern.substr(1));
}

bool is_covered(const std::string& name, const std::vector<mesh_ca::Facts>& certificates) {
  return std::ranges::any_of(certificates, [&](const mesh_ca::Facts& facts) {
    return std::ranges::any_of(facts.hosts, [&](const std::string& host) { return fits(host, name); });
  });
}

}  // namespace

std::vector<std::string> uncovered_names(const std::string& domain,
                                         const std::vector<mesh_ca::Facts>& certificates) {
  std::vector<std::string> names;
  for (const auto* prefix : {"mta-sts.", "autoconfig.", "autodiscover."}) {
    if (!is_covered(prefix + domain, certificates)) names.push_back(prefix + domain);
  }
  return names;
}

}  // namespace scop::command
