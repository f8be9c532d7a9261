// scop up: the whole mesh in the foreground.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <map>

#include "mesh_ca/file.hpp"
#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "scop/process_file.hpp"
#include "scop/programs.hpp"
#include "scop/supervisor.hpp"
#include "settings/acme.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;
using SignalSet = asio::basic_signal_set<Executor>;

struct Options {
  fs::path ready_file;
  bool quiet = false;
};

Outcome<std::vector<Supervised>> daemons_of_the_mesh(bool with_acme) {
  const auto folder = daemons_folder();
  const auto command = own_program();
  if (!folder || !command) return std::unexpected(folder ? command.error() : folder.error());
  std::vector<Supervised> daemons;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    const auto program = *folder / fmt::format("scop-{}", daemon.name);
    if (::access(program.c_str(), X_OK) != 0) {
      return failure(ErrorKind::not_found,
                     fmt::format("{} is not there, and the others are", program.string()));
    }
    const bool is_edge = daemon.name == "submission" || daemon.name == "receiver" || daemon.name == "web";
    daemons.push_back({.name = std::string(daemon.name), .program = program, .is_edge = is_edge});
  }
  // No daemon, and it has no pipe: the command line's own way of looking after certificates.
  if (with_acme) daemons.push_back({.name = "acme", .program = *command, .arguments = {"acme", "watch"}});
  return daemons;
}

Colour colour_of(std::string_view daemon) {
  constexpr std::array colours{Colour::cyan, Colour::green,   Colour::yellow,
                               Colour::blue, Colour::magenta, Colour::bold};
  const auto* known = topology::find(daemon);
  return known == nullptr ? Colour::red : colours.at(known->user_offset % colours.size());
}

// The value of walls="…" in a daemon's "ready" line; empty: it is no such line.
std::string walls_in(std::string_view line) {
  for (const std::string_view key : {"walls=\"", "\"walls\":\"", "walls="}) {
    const auto at = line.find(key);
    if (at == std::string_view::npos || line.find("ready") > at) continue;
    const auto value = line.substr(at + key.size());
    return shown(value.substr(0, value.find(key.ends_with('"') ? '"' : ' ')));
  }
  return {};
}

// What `scop up` shows while it runs.
class Show {
 public:
  Show(const Context& context, const settings::Mesh& mesh, Options options)
      : context_(context), mesh_(mesh), options_(std::move(options)) {}

  void said(const std::string& name, std::string_view line) {
    if (auto walls = walls_in(line); !walls.empty()) walls_[name] = std::move(walls);
    if (options_.quiet) return;
    // The daemons escape their lines; crashes and sanitizers do not.
    context_.terminal.error_line(fmt::format(
        "{} {}", context_.terminal.paint_error(colour_of(name), fmt::format("{:>10} |", name)), shown(line)));
  }
  void changed(const std::string& name, std::string_view event) const {
    context_.terminal.error_line(fmt::format(
        "{} {}", context_.terminal.paint_error(Colour::red, fmt::format("{:>10} *", name)), event));
  }
  void all_ready(const Supervisor& supervisor, std::chrono::milliseconds took);

 private:
  const Context& context_;
  const settings::Mesh& mesh_;
  Options options_;
  std::map<std::string, std::string, std::less<>> walls_;
};

void Show::all_ready(const Supervisor& supervisor, std::chrono::milliseconds took) {
  json::object daemons;
  std::vector<std::vector<std::string>> rows;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    const auto process = supervisor.process_of(daemon.name);
    const auto& address = mesh_.listen.find(daemon.name)->second;
    const auto walls = walls_.find(daemon.name);
    rows.push_back({std::string(daemon.name), std::to_string(process), address,
                    walls == walls_.end() ? "" : walls->second});
    daemons[daemon.name] = json::object{
        {"pid", process}, {"pipe", json_text(address)}, {"walls", json_text(rows.back().back())}};
  }
  const json::object facts{{"ready_ms", took.count()}, {"daemons", std::move(daemons)}};
  if (context_.json) {
    print_json(facts);
  } else {
    context_.terminal.table({"DAEMON", "PID", "PIPE", "WALLS"}, rows);
    context_.terminal.line(
        context_.terminal.paint(Colour::green, fmt::format("all ready after {} ms", took.count())));
  }
  if (options_.ready_file.empty()) return;
  if (const auto written = mesh_ca::replace_file(options_.ready_file, json::serialize(facts) + "\n", 0644);
      !written) {
    context_.terminal.problem(written.error().what);
  }
}

// One `scop up` an instance: a second one would fight for the ports.
Outcome<files::Descriptor> lock(const fs::path& folder) {
  const auto file = folder / "run" / "lock";
  files::Descriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!descriptor.is_open()) return std::unexpected(files::error_of(errno, "opening", file));
  if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
    return failure(ErrorKind::conflict, "`scop up` runs for this instance already");
  }
  return descriptor;
}

Task<> watch_signals(SignalSet& signals, Supervisor& supervisor) {
  const bool has_terminal = ::isatty(0) == 1;  // asked now: of one that is gone the answer is no
  for (;;) {
    boost::system::error_code error;
    const int signal = co_await signals.async_wait(asio::redirect_error(use_task, error));
    if (error) co_return;
    // From a terminal it says that the terminal is gone; from an administrator, that files have changed.
    if (signal == SIGHUP && !has_terminal) {
      supervisor.reload();
    } else {
      supervisor.end();
    }
  }
}

int up(const Context& context, const Options& options) {
  const auto began = std::chrono::steady_clock::now();
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto config = fs::absolute(context.config);
  const auto acme = settings::read_acme(instance->document(), instance->mesh().host, instance->mesh().domain);
  auto daemons = daemons_of_the_mesh(acme.enabled);
  auto held = daemons ? lock(config.parent_path()) : std::unexpected(daemons.error());
  if (!held) {
    context.terminal.problem(held.error().what);
    return declined;
  }
  std::error_code error;
  if (!options.ready_file.empty()) fs::remove(options.ready_file, error);

  for (const auto& daemon : *daemons) end_leftover(config.parent_path(), daemon.name);
  // Whoever reads our lines may go away; the mesh does not go with them.
  std::signal(SIGPIPE, SIG_IGN);

  asio::io_context io(1);
  Show show(context, instance->mesh(), options);
  SignalSet signals(io, SIGINT, SIGTERM, SIGHUP);
  std::optional<Supervisor> supervisor;
  supervisor.emplace(
      io, config, config.parent_path(), std::move(*daemons),
      Watcher{.said = [&](const std::string& name, std::string_view line) { show.said(name, line); },
              .changed = [&](const std::string& name, std::string_view event) { show.changed(name, event); },
              .all_ready =
                  [&] {
                    show.all_ready(*supervisor, std::chrono::duration_cast<std::chrono::milliseconds>(
                                                    std::chrono::steady_clock::now() - began));
                  },
              .all_ended = [&] { signals.cancel(); }},
      instance->mesh().log_form);
  supervisor->start();
  asio::co_spawn(io, watch_signals(signals, *supervisor), asio::detached);
  io.run();
  if (!options.ready_file.empty()) fs::remove(options.ready_file, error);
  return supervisor->exit_status();
}

}  // namespace

void declare_up(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("up", "run the whole mesh in the foreground, restart what dies");
  command->add_option("--ready-file", options->ready_file, "written when all daemons are ready")
      ->type_name("FILE");
  command->add_flag("--quiet", options->quiet,
                    "keep the daemons' lines off the terminal; they are in the log folder");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return up(context, *options); }; });
}

}  // namespace scop::command
