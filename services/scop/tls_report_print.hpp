// TLS reports of others (RFC 8460) for people and as JSON.
#pragma once

#include <filesystem>

#include "scop/context.hpp"
#include "tls_report/report.hpp"

namespace scop::command {

void print_tls_as_json(const std::filesystem::path& file, const tls_report::Report& report);
// Every cell as shown(): what a stranger reports drives no terminal.
void show_all(std::vector<std::vector<std::string>>& rows);
// One line a policy, and one for each of its failures.
void print_tls_as_table(const Context& context, const tls_report::Report& report);

}  // namespace scop::command
