// scop risk-report: what each daemon exposes, holds and may do, what is wrong, and what a break-in gives.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "core/ascii.hpp"
#include "files/descriptor.hpp"
#include "risk/json.hpp"
#include "risk/page.hpp"
#include "scop/doctor_command.hpp"
#include "scop/json.hpp"
#include "scop/risk_facts.hpp"

namespace scop::command {

namespace {

struct Options {
  bool markdown = false;
  bool html = false;
  std::string daemon;
  std::string fail_at;
  std::vector<std::filesystem::path> compared;
};

Colour colour_of(risk::Tone tone) {
  switch (tone) {
    case risk::Tone::plain:
      return Colour::none;
    case risk::Tone::good:
      return Colour::green;
    case risk::Tone::warning:
      return Colour::yellow;
    case risk::Tone::bad:
      return Colour::red;
  }
  std::unreachable();
}

// A row a paragraph: its first two cells, and below them the others under their names.
void print_row(const Context& context, const risk::Block& block, const std::vector<risk::Cell>& row) {
  const auto& terminal = context.terminal;
  std::string first = "  " + terminal.paint(colour_of(row.front().tone), risk::clean(row.front().text));
  if (row.size() > 1) first += "  " + terminal.paint(colour_of(row[1].tone), risk::clean(row[1].text));
  terminal.line(first);
  for (std::size_t i = 2; i < row.size(); ++i) {
    if (row[i].text.empty()) continue;
    terminal.line(fmt::format("      {} {}",
                              terminal.paint(Colour::dim, ascii::to_lower(block.head[i]) + ":"),
                              terminal.paint(colour_of(row[i].tone), risk::clean(row[i].text))));
  }
}

void print_page(const Context& context, const risk::Page& page) {
  const auto& terminal = context.terminal;
  terminal.line(terminal.paint(Colour::bold, risk::clean(page.title)));
  for (const auto& block : page.blocks) {
    switch (block.kind) {
      case risk::Block::Kind::heading:
        terminal.line("\n" + terminal.paint(Colour::bold, risk::clean(block.text)));
        break;
      case risk::Block::Kind::text:
        terminal.line(risk::clean(block.text));
        break;
      case risk::Block::Kind::list:
        for (const auto& item : block.items) terminal.line("  " + risk::clean(item));
        break;
      case risk::Block::Kind::table:
        if (block.rows.empty()) break;
        terminal.line(
            "  " + terminal.paint(Colour::dim,
                                  block.head.front() + (block.head.size() > 1 ? "  " + block.head[1] : "")));
        for (const auto& row : block.rows) print_row(context, block, row);
        break;
    }
  }
}

bool is_as_bad_as(const risk::Report& report, const std::string& severity) {
  if (severity.empty() || report.findings.empty()) return false;
  for (const auto least : {risk::Severity::note, risk::Severity::low, risk::Severity::medium,
                           risk::Severity::high, risk::Severity::critical}) {
    if (name_of(least) == severity) return report.findings.front().severity >= least;  // the worst is first
  }
  return false;
}

int make(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto facts = gather_risk_facts(context, *instance);
  for (const auto& problem : instance->document().problems()) context.terminal.problem(problem);
  if (!instance->document().problems().empty()) return wrong_usage;
  auto report = risk::report_of(facts);
  if (!options.daemon.empty()) {
    std::erase_if(report.daemons, [&](const auto& daemon) { return daemon.name != options.daemon; });
    if (report.daemons.empty()) {
      context.terminal.problem(
          fmt::format("there is no daemon \"{}\": `scop topology` names them", shown(options.daemon)));
      return wrong_usage;
    }
  }
  if (context.json) {
    print_json(risk::to_json(report));
  } else if (options.html) {
    fmt::print("{}", risk::to_html(page_of(report)));
  } else if (options.markdown) {
    fmt::print("{}", risk::to_markdown(page_of(report)));
  } else {
    print_page(context, page_of(report));
  }
  return is_as_bad_as(report, options.fail_at) ? declined : good;
}

std::optional<json::object> read_report(const Context& context, const std::filesystem::path& file) {
  const auto text = files::read_whole(file, risk::most_json);
  auto report = text ? risk::report_from_json(*text) : std::unexpected(text.error());
  if (report) return std::move(*report);
  context.terminal.problem(fmt::format("{}: {}", file.string(), report.error().what));
  return std::nullopt;
}

int compare(const Context& context, const Options& options) {
  const auto before = read_report(context, options.compared.front());
  const auto after = read_report(context, options.compared.back());
  if (!before || !after) return wrong_usage;
  const auto changes = risk::difference(*before, *after);
  if (context.json) {
    json::array array;
    for (const auto& change : changes)
      array.push_back(json::object{{"where", json_text(change.where)},
                                   {"before", json_text(change.before)},
                                   {"after", json_text(change.after)}});
    print_json(json::object{{"changes", std::move(array)}});
  } else {
    for (const auto& change : changes) {
      context.terminal.line(context.terminal.paint(Colour::bold, change.where));
      if (!change.before.empty())
        context.terminal.line(context.terminal.paint(Colour::red, "  - " + change.before));
      if (!change.after.empty())
        context.terminal.line(context.terminal.paint(Colour::green, "  + " + change.after));
    }
    if (changes.empty()) context.terminal.line("no difference, times aside");
  }
  return changes.empty() ? good : declined;
}

}  // namespace

void declare_risk(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand(
      "risk-report", "what each daemon exposes, holds and may do; what is wrong; what a break-in gives");
  auto* markdown = command->add_flag("--markdown", options->markdown, "as Markdown");
  command->add_flag("--html", options->html, "as one HTML file without scripts")->excludes(markdown);
  command->add_option("--daemon", options->daemon, "of the daemons this one alone")->type_name("NAME");
  command->add_option("--fail-at", options->fail_at, "exit 1 where a finding is as bad as this or worse")
      ->check(CLI::IsMember({"note", "low", "medium", "high", "critical"}));
  command
      ->add_option("--diff", options->compared,
                   "what has changed between two reports that --json has written; exit 1 where something has")
      ->expected(2)
      ->type_name("BEFORE AFTER");
  command->callback([&context, options] {
    context.chosen = [&context, options] {
      return options->compared.empty() ? make(context, *options) : compare(context, *options);
    };
  });
}

}  // namespace scop::command
