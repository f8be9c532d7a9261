// Records on standard output: a table with reasons, a zone file, or JSON.
#pragma once

#include "scop/context.hpp"
#include "scop/dns_records.hpp"
#include "scop/json.hpp"

namespace scop::command {

json::array to_json(const std::vector<DnsRecord>& records);
void print_records(const Context& context, const std::vector<DnsRecord>& records);
void print_zone(const std::vector<DnsRecord>& records);

}  // namespace scop::command
