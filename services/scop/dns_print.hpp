// Records on standard output: a table with reasons, a zone file, or JSON.
#pragma once

#include "domain_records/record.hpp"
#include "scop/context.hpp"
#include "scop/json.hpp"

namespace scop::command {

json::array to_json(const std::vector<domain_records::Record>& records);
void print_records(const Context& context, const std::vector<domain_records::Record>& records);
void print_zone(const std::vector<domain_records::Record>& records);

}  // namespace scop::command
