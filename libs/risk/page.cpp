#include "risk/page.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace scop::risk {

namespace {

Block heading(unsigned level, std::string text) {
  Block block{.kind = Block::Kind::heading};
  block.level = level;
  block.text = std::move(text);
  return block;
}

Block paragraph(std::string text) {
  Block block;
  block.text = std::move(text);
  return block;
}

Block table(std::vector<std::string> head) {
  Block block{.kind = Block::Kind::table};
  block.head = std::move(head);
  return block;
}

Tone tone_of(Severity severity) {
  return severity >= Severity::high ? Tone::bad : severity == Severity::medium ? Tone::warning : Tone::plain;
}

Cell known(Source source) {
  return {std::string(name_of(source)), source == Source::configuration ? Tone::warning : Tone::plain};
}

void add_summary(const Report& report, Page& page) {
  const auto counts = count_sources(report);
  page.blocks.push_back(paragraph(
      fmt::format("Domain {}, host {}, configuration {}, made {:%Y-%m-%d %H:%M:%S} UTC.", report.domain,
                  report.host, report.config, std::chrono::floor<std::chrono::seconds>(report.when))));
  page.blocks.push_back(paragraph(
      fmt::format("Of the statements below {} were checked live against the kernel, {} were asked of the "
                  "running daemons, {} were "
                  "read from disk, and {} follow from configuration and topology alone. Each says which.",
                  counts.at(3), counts.at(2), counts.at(1), counts.at(0))));
  if (report.not_looked_at.empty()) return;
  Block list{.kind = Block::Kind::list};
  list.items = report.not_looked_at;
  page.blocks.push_back(paragraph("Could not be looked at:"));
  page.blocks.push_back(std::move(list));
}

void add_findings(const Report& report, Page& page) {
  page.blocks.push_back(heading(2, fmt::format("Findings ({})", report.findings.size())));
  auto findings = table({"SEVERITY", "SUBJECT", "WHAT", "WHY", "REMEDY", "HOW KNOWN"});
  for (const auto& finding : report.findings)
    findings.rows.push_back({{std::string(name_of(finding.severity)), tone_of(finding.severity)},
                             {finding.subject},
                             {finding.what},
                             {finding.why},
                             {finding.remedy},
                             known(finding.source)});
  page.blocks.push_back(std::move(findings));
}

void add_chains(const Report& report, Page& page) {
  page.blocks.push_back(heading(2, "How far the world is from what must not happen"));
  page.blocks.push_back(
      paragraph("The fewest daemons that have to be taken over, one from the other, beginning with one that "
                "strangers talk to."));
  auto rows = table({"BREAK-INS", "UNTIL SOMEBODY CAN", "BY WAY OF"});
  for (const auto& chain : report.chains) {
    const auto count = chain.path.size();
    rows.rows.push_back(
        {{count == 0 ? "never" : fmt::format("{}", count), count == 0   ? Tone::good
                                                           : count == 1 ? Tone::warning
                                                                        : Tone::plain},
         {chain.what},
         {count == 0 ? "no daemon has it" : fmt::format("{}", fmt::join(chain.path, " → "))}});
  }
  page.blocks.push_back(std::move(rows));
}

void add_standing(const DaemonReport& daemon, Page& page) {
  page.blocks.push_back(paragraph(fmt::format("{}. It {}.", daemon.job, daemon.state)));
  auto exposes = table({"EXPOSES", "WHAT", "TO WHOM", "HOW KNOWN"});
  for (const auto& one : daemon.exposes)
    exposes.rows.push_back({{one.at}, {one.what}, {one.to_whom}, known(one.source)});
  page.blocks.push_back(std::move(exposes));
  auto holds = table({"HOLDS", "WHERE", "AS FOUND", "HOW KNOWN"});
  for (const auto& one : daemon.holds)
    holds.rows.push_back({{one.is_secret ? one.what + " (secret)" : one.what},
                          {one.place},
                          {one.as_found},
                          known(one.source)});
  page.blocks.push_back(std::move(holds));
  page.blocks.push_back(paragraph(
      fmt::format("May call {}. Reaches {} ({}).",
                  daemon.may_call.empty() ? "nobody" : fmt::format("{}", fmt::join(daemon.may_call, "; ")),
                  daemon.reaches, name_of(daemon.reaches_source))));
  auto walls = table({"WALL", "STANDS", "HOW KNOWN"});
  for (const auto& wall : daemon.walls)
    walls.rows.push_back({{wall.name},
                          {wall.stands ? "yes" : "no: " + wall.why_not, wall.stands ? Tone::good : Tone::bad},
                          known(wall.source)});
  if (walls.rows.empty()) {
    page.blocks.push_back(paragraph("Which walls stand, nobody could say."));
  } else {
    page.blocks.push_back(std::move(walls));
  }
}

void add_takeover(const Takeover& takeover, Page& page) {
  page.blocks.push_back(heading(4, fmt::format("If {} is taken over", takeover.daemon)));
  auto can = table({"THEN SOMEBODY CAN", "SINCE", "HOW KNOWN"});
  for (const auto& one : takeover.can)
    can.rows.push_back({{one.what, Tone::bad}, {one.because}, known(one.source)});
  page.blocks.push_back(std::move(can));
  auto falls = table({"SECRETS AND STATE THAT FALL", "WHAT THAT MEANS", "WHY, WHERE NOT ITS OWN"});
  for (const auto& one : takeover.falls)
    falls.rows.push_back(
        {{one.what, one.because.empty() ? Tone::plain : Tone::bad}, {one.if_lost}, {one.because}});
  page.blocks.push_back(std::move(falls));
  auto calls = table({"MAY CALL", "TO", "BOUNDED BY"});
  for (const auto& one : takeover.calls)
    calls.rows.push_back({{fmt::format("{} {}", one.callee, one.method.substr(one.method.rfind('.') + 1))},
                          {one.allows},
                          {one.bounded_by}});
  if (!calls.rows.empty()) page.blocks.push_back(std::move(calls));
  auto passes = table({"PASSES THROUGH IT FROM THEN ON", "WITH", "IN"});
  for (const auto& one : takeover.passes)
    passes.rows.push_back({{one.data}, {one.with}, {one.method.substr(one.method.rfind('.') + 1)}});
  if (!passes.rows.empty()) page.blocks.push_back(std::move(passes));
  auto cannot = table({"IT STILL CANNOT", "FOR", "HOW KNOWN"});
  for (const auto& one : takeover.cannot)
    cannot.rows.push_back({{one.what, Tone::good}, {one.because}, known(one.source)});
  page.blocks.push_back(std::move(cannot));
  auto next = table({"A SECOND BREAK-IN, INTO", "WHICH", "WOULD ADD"});
  for (const auto& one : takeover.next)
    next.rows.push_back({{one.neighbour},
                         {one.way},
                         {one.adds.empty() ? "nothing" : fmt::format("{}", fmt::join(one.adds, "; "))}});
  page.blocks.push_back(std::move(next));
}

void add_data(const Report& report, Page& page) {
  page.blocks.push_back(heading(2, "Personal data: where it flows, rests, and for how long"));
  for (const auto& data : report.data) {
    page.blocks.push_back(heading(3, fmt::format("{}: {}", data.data, data.meaning)));
    Block flows{.kind = Block::Kind::list};
    for (const auto& flow : data.flows)
      flows.items.push_back(fmt::format("{} → {}: {}", flow.from, flow.to, flow.by));
    if (!flows.items.empty()) page.blocks.push_back(std::move(flows));
    if (data.rests.empty()) {
      page.blocks.push_back(paragraph("It rests nowhere: it is in memory while it is worked on."));
      continue;
    }
    auto rests = table({"RESTS WITH", "AS", "WHERE", "HOW LONG", "PLACE IS KNOWN"});
    for (const auto& rest : data.rests)
      rests.rows.push_back({{rest.holder}, {rest.what}, {rest.place}, {rest.how_long}, known(rest.source)});
    page.blocks.push_back(std::move(rests));
  }
}

}  // namespace

Page page_of(const Report& report) {
  Page page{.title = "Risk report for " + report.domain, .blocks = {}};
  add_summary(report, page);
  add_findings(report, page);
  add_chains(report, page);
  page.blocks.push_back(heading(2, "Daemon by daemon"));
  for (const auto& daemon : report.daemons) {
    page.blocks.push_back(heading(3, daemon.name));
    add_standing(daemon, page);
    add_takeover(daemon.takeover, page);
  }
  add_data(report, page);
  return page;
}

}  // namespace scop::risk
