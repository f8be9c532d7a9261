// What `scop dns check` finds, without saying it.
#pragma once

#include <string>
#include <vector>

#include "scop/dns_findings.hpp"
#include "scop/instance.hpp"

namespace scop::command {

// False: the configuration is wrong; that has been said.
bool find_in_domains(const Context& context, const Instance& instance,
                     const std::vector<std::string>& domains, Findings& findings);

}  // namespace scop::command
