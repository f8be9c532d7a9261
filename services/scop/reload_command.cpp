#include "scop/reload_command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "config/difference.hpp"
#include "files/descriptor.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "scop/process_file.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_configuration = 1U << 20U;

struct Options {
  std::vector<std::string> daemons;
};

// The resolver alone reads its section again (services/resolver); what it takes over at once.
bool is_taken_over(std::string_view daemon, const config::Difference& difference) {
  return daemon == "resolver" && difference.section == "resolver" && difference.key != "listen" &&
         difference.key != "cache";
}

bool concerns(std::string_view daemon, const config::Difference& difference) {
  return difference.section == daemon || difference.section == "mesh" || difference.section == "pipes";
}

// What the daemon will only know after a restart; nothing where nobody wrote down what it has read.
std::vector<std::string> waiting_for_restart(const fs::path& config, std::string_view daemon) {
  const auto before = files::read_whole(read_configuration(config.parent_path(), daemon), most_configuration);
  const auto after = files::read_whole(config, most_configuration);
  if (!before || !after) return {};
  const auto differences = config::differences(*before, *after);
  std::vector<std::string> keys;
  if (!differences) return keys;
  for (const auto& difference : *differences) {
    if (concerns(daemon, difference) && !is_taken_over(daemon, difference))
      keys.push_back(fmt::format("[{}] {}", difference.section, difference.key));
  }
  return keys;
}

int reload(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto config = fs::absolute(context.config);
  int status = good;
  json::object daemons;
  std::vector<std::vector<std::string>> rows;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    if (!options.daemons.empty() && std::ranges::find(options.daemons, daemon.name) == options.daemons.end())
      continue;
    const bool woken = wake(config.parent_path(), daemon.name);
    const auto waiting = woken ? waiting_for_restart(config, daemon.name) : std::vector<std::string>();
    if (!woken) status = unreachable;
    daemons[daemon.name] = json::object{{"reloaded", woken}, {"needs_restart", json_texts(waiting)}};
    rows.push_back({std::string(daemon.name),
                    woken ? context.terminal.paint(Colour::green, "files read again")
                          : context.terminal.paint(Colour::red, "does not run here"),
                    waiting.empty() ? "" : fmt::format("needs a restart for {}", fmt::join(waiting, ", "))});
  }
  if (context.json) {
    print_json(json::object{{"daemons", std::move(daemons)}});
  } else {
    context.terminal.table({"DAEMON", "RESULT", "CHANGED"}, rows);
  }
  return status;
}

}  // namespace

fs::path read_configuration(const fs::path& instance, std::string_view daemon) {
  return instance / "run" / fmt::format("{}.toml", daemon);
}

void declare_reload(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand(
      "reload",
      "daemons of `scop up` look at certificates, keys and lists again, without dropping a session");
  command->add_option("daemon", options->daemons, "these alone")->check(CLI::IsMember([] {
    std::vector<std::string> names;
    for (const auto& daemon : topology::daemons()) {
      if (daemon.is_daemon) names.emplace_back(daemon.name);
    }
    return names;
  }()));
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return reload(context, *options); }; });
}

}  // namespace scop::command
