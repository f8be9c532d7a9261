#include <fmt/format.h>

#include "scop/dns_work.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

std::string line_of(const dns_update::Change& change) {
  const bool adds = change.kind == dns_update::Change::Kind::add;
  const auto ttl = adds ? fmt::format(" {}", change.ttl) : std::string();
  return fmt::format(
      "{} {}.{} IN {} {}", adds ? "+" : "-", change.name, ttl, dns::name_of(change.type),
      change.rdata.empty() ? "(all, for another TTL)" : domain_records::zone_text(change.type, change.rdata));
}

void print_as_text(const Context& context, const Work& work, bool dry_run) {
  const auto& terminal = context.terminal;
  for (const auto& note : work.notes) terminal.line(terminal.paint(Colour::dim, "; " + note));
  for (const auto& [name, zone] : work.zones) {
    for (const auto& conflict : zone.plan.conflicts)
      terminal.line(terminal.paint(Colour::red, "conflict  ") + shown(conflict.why));
    for (const auto& change : zone.changes) {
      const bool adds = change.kind == dns_update::Change::Kind::add;
      terminal.line(terminal.paint(adds ? Colour::green : Colour::yellow, shown(line_of(change))));
    }
    if (!zone.problem.empty()) {
      terminal.line(terminal.paint(Colour::red, "problem  ") +
                    fmt::format("{}: {}", name, shown(zone.problem)));
    } else if (zone.changes.empty()) {
      terminal.line(fmt::format("{}: {} records are there already, nothing to send", name, zone.unchanged));
    } else {
      terminal.line(fmt::format("{}: {} changes {}, {} records were there already", name, zone.changes.size(),
                                dry_run ? "to be sent" : "sent", zone.unchanged));
    }
  }
}

void print_as_json(const Work& work, bool dry_run) {
  json::array zones;
  for (const auto& [name, zone] : work.zones) {
    json::array changes;
    for (const auto& change : zone.changes) changes.push_back(json_text(line_of(change)));
    json::array conflicts;
    for (const auto& conflict : zone.plan.conflicts) conflicts.push_back(json_text(conflict.why));
    zones.push_back(json::object{{"zone", json_text(name)},
                                 {"sent", !dry_run && zone.problem.empty() && !changes.empty()},
                                 {"changes", std::move(changes)},
                                 {"conflicts", std::move(conflicts)},
                                 {"unchanged", zone.unchanged},
                                 {"problem", json_text(zone.problem)}});
  }
  print_json(json::object{{"zones", std::move(zones)}, {"left_out", json_texts(work.notes)}});
}

}  // namespace

void print(const Context& context, const Work& work, bool dry_run) {
  context.json ? print_as_json(work, dry_run) : print_as_text(context, work, dry_run);
}

}  // namespace scop::command
