// scop trace ID: what each daemon said about one message, in the order of time, rotated logs included.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <set>

#include "core/ascii.hpp"
#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "scop/log_entry.hpp"
#include "scop/log_file.hpp"
#include "scop/program_run.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t id_digits = 32;
constexpr std::size_t least_text = 4;

struct Options {
  std::string id;
  fs::path folder;
};

struct Found {
  std::string file_daemon;
  LogEntry entry;
  std::size_t number = 0;  // lines of one millisecond keep their order
};

void search(const fs::path& file, std::string_view daemon, const std::string& text,
            std::vector<Found>& found) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  while (std::getline(in, line)) {
    if (line.find(text) != std::string::npos)
      found.push_back({std::string(daemon), parse_log_line(line), found.size()});
  }
}

// Under systemd the journal keeps what daemons say; `scop up` keeps files.
void search_journal(std::string_view daemon, const std::string& text, std::vector<Found>& found) {
  constexpr const char* journalctl = "/usr/bin/journalctl";
  std::string pattern;
  for (const char c : text) {
    if (!ascii::is_alnum(c)) pattern += '\\';
    pattern += c;
  }
  const auto said = run_program({journalctl, "--quiet", "--no-pager", "--output=cat", "--grep=" + pattern,
                                 fmt::format("--unit=scop-{}.service", daemon)},
                                {}, std::chrono::seconds(60));
  if (!said) return;  // no systemd here
  for (const auto line : ascii::split(said->output, '\n')) {
    if (line.find(text) != std::string_view::npos)
      found.push_back({std::string(daemon), parse_log_line(line), found.size()});
  }
}

std::vector<Found> search_all(const fs::path& folder, const std::string& text) {
  std::vector<Found> found;
  for (const auto& daemon : topology::daemons()) {
    const auto file = folder / fmt::format("{}.log", daemon.name);
    for (int number = LogFile::kept; number >= 1; --number)
      search(fmt::format("{}.{}", file.string(), number), daemon.name, text, found);
    search(file, daemon.name, text, found);
    std::error_code error;
    if (daemon.is_daemon && !fs::exists(file, error)) search_journal(daemon.name, text, found);
  }
  std::ranges::sort(found, {},
                    [](const Found& one) { return std::pair(std::string_view(one.entry.time), one.number); });
  return found;
}

bool is_id(std::string_view text) {
  return text.size() == id_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Ids of other messages that these lines name: a bounce's, a forward's.
std::set<std::string> related_ids(const std::vector<Found>& found, std::string_view id) {
  std::set<std::string> ids;
  for (const auto& one : found) {
    for (const auto& [key, value] : one.entry.pairs) {
      if (is_id(value) && !value.starts_with(id)) ids.insert(value);
    }
  }
  return ids;
}

json::object to_json(const Found& found) {
  json::object object{{"time", json_text(found.entry.time)},
                      {"daemon", json_text(found.file_daemon)},
                      {"level", json_text(found.entry.level)},
                      {"message", json_text(found.entry.message)}};
  for (const auto& [key, value] : found.entry.pairs) object[json_text(key)] = json_text(value);
  return object;
}

void print(const Context& context, const Found& found, std::string_view id) {
  const auto& terminal = context.terminal;
  const auto& entry = found.entry;
  const auto colour = entry.level == "error"     ? Colour::red
                      : entry.level == "warning" ? Colour::yellow
                                                 : Colour::none;
  std::string pairs;
  for (const auto& [key, value] : entry.pairs) {
    if (key != "id" || !value.starts_with(id))
      pairs += fmt::format("  {}{}", terminal.paint(Colour::dim, shown(key) + "="), shown(value));
  }
  terminal.line(fmt::format("{}  {:<10} {}{}", terminal.paint(Colour::dim, shown(entry.time)),
                            found.file_daemon, terminal.paint(colour, shown(entry.message)), pairs));
}

int trace(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto folder = options.folder.empty() ? instance->mesh().folder / "log" : options.folder;
  std::error_code error;
  if (options.id.size() < least_text || !fs::is_directory(folder, error)) {
    context.terminal.problem(
        options.id.size() < least_text
            ? "name at least four characters of the id"
            : fmt::format("{} is no folder of logs: --logs names another", folder.string()));
    return wrong_usage;
  }
  const auto id = is_id(ascii::to_lower(options.id)) ? ascii::to_lower(options.id) : options.id;
  const auto found = search_all(folder, id);
  const auto related = related_ids(found, id);
  if (context.json) {
    json::array lines;
    for (const auto& one : found) lines.push_back(to_json(one));
    print_json(
        json::object{{"id", json_text(id)}, {"lines", std::move(lines)}, {"related", json_texts(related)}});
  } else {
    for (const auto& one : found) print(context, one, id);
    for (const auto& other : related)
      context.terminal.line(
          context.terminal.paint(Colour::dim, fmt::format("see also: scop trace {}", other)));
    if (found.empty())
      context.terminal.problem(
          fmt::format("no daemon has said a word about {} in {}", shown(id), folder.string()));
  }
  return found.empty() ? declined : good;
}

}  // namespace

void declare_trace(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("trace", "what each daemon said about one message");
  command->add_option("id", options->id, "the id in \"250 … queued as ID\", or part of it, or any other text")
      ->required();
  command->add_option("--logs", options->folder, "where the logs are; default: log/ beside the configuration")
      ->type_name("DIR");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return trace(context, *options); }; });
}

}  // namespace scop::command
