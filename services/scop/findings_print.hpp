// One finding, for people and for programs.
#pragma once

#include "scop/dns_findings.hpp"
#include "scop/json.hpp"

namespace scop::command {

void print_line(const Context& context, const Finding& finding);
json::object to_json(const Finding& finding);

}  // namespace scop::command
