#include "scop/findings_print.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace scop::command {

namespace {

std::string_view name_of(Level level) {
  return level == Level::ok ? "ok" : level == Level::warning ? "warning" : "problem";
}

Colour colour_of(Level level) {
  return level == Level::ok ? Colour::green : level == Level::warning ? Colour::yellow : Colour::red;
}

}  // namespace

void Findings::ok(std::string subject, std::string what) {
  add({Level::ok, std::move(subject), std::move(what), {}});
}

void Findings::warning(std::string subject, std::string what, std::string remedy) {
  add({Level::warning, std::move(subject), std::move(what), std::move(remedy)});
}

void Findings::problem(std::string subject, std::string what, std::string remedy) {
  add({Level::problem, std::move(subject), std::move(what), std::move(remedy)});
}

void Findings::add(Finding finding) {
  const auto same = [&](const Finding& other) {
    return other.subject == finding.subject && other.what == finding.what;
  };
  if (std::ranges::none_of(all_, same)) all_.push_back(std::move(finding));
}

bool Findings::has_problems() const {
  return std::ranges::find(all_, Level::problem, &Finding::level) != all_.end();
}

json::object to_json(const Finding& finding) {
  return {{"level", json_text(name_of(finding.level))},
          {"subject", json_text(finding.subject)},
          {"what", json_text(finding.what)},
          {"remedy", json_text(finding.remedy)}};
}

void print_line(const Context& context, const Finding& finding) {
  context.terminal.line(fmt::format(
      "{}{}: {}{}",
      context.terminal.paint(colour_of(finding.level), fmt::format("{:<9}", name_of(finding.level))),
      shown(finding.subject), shown(finding.what),
      finding.remedy.empty() ? "" : "; " + shown(finding.remedy)));
}

void print(const Context& context, const Findings& findings) {
  if (!context.json) {
    for (const auto& finding : findings.all()) print_line(context, finding);
    return;
  }
  json::array array;
  for (const auto& finding : findings.all()) array.push_back(to_json(finding));
  print_json(json::object{{"findings", std::move(array)}, {"good", !findings.has_problems()}});
}

}  // namespace scop::command
