#include "scop/dns_print.hpp"

#include <fmt/format.h>

namespace scop::command {

json::array to_json(const std::vector<DnsRecord>& records) {
  json::array array;
  for (const auto& record : records) {
    array.push_back(json::object{{"name", json_text(record.name)},
                                 {"type", json_text(record.type)},
                                 {"value", json_text(record.value)},
                                 {"reason", json_text(record.reason)},
                                 {"placeholder", record.is_placeholder}});
  }
  return array;
}

void print_records(const Context& context, const std::vector<DnsRecord>& records) {
  for (const auto& record : records) {
    const auto colour = record.is_placeholder ? Colour::yellow : Colour::none;
    context.terminal.line(context.terminal.paint(Colour::dim, "; " + record.reason));
    context.terminal.line(context.terminal.paint(colour, zone_line(record)));
  }
}

void print_zone(const std::vector<DnsRecord>& records) {
  for (const auto& record : records) fmt::print("; {}\n{}\n", record.reason, zone_line(record));
}

}  // namespace scop::command
