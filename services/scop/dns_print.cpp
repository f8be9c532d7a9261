#include "scop/dns_print.hpp"

#include <fmt/format.h>

namespace scop::command {

json::array to_json(const std::vector<domain_records::Record>& records) {
  json::array array;
  for (const auto& record : records) {
    array.push_back(json::object{{"name", json_text(record.name)},
                                 {"type", json_text(dns::name_of(record.type))},
                                 {"value", json_text(domain_records::value_of(record))},
                                 {"reason", json_text(record.reason)},
                                 {"kind", json_text(domain_records::name_of(record.kind))},
                                 {"placeholder", record.is_placeholder}});
  }
  return array;
}

void print_records(const Context& context, const std::vector<domain_records::Record>& records) {
  for (const auto& record : records) {
    const auto colour = record.is_placeholder ? Colour::yellow : Colour::none;
    context.terminal.line(context.terminal.paint(Colour::dim, "; " + record.reason));
    context.terminal.line(context.terminal.paint(colour, zone_line(record)));
  }
}

void print_zone(const std::vector<domain_records::Record>& records) {
  for (const auto& record : records) fmt::print("; {}\n{}\n", record.reason, zone_line(record));
}

}  // namespace scop::command
