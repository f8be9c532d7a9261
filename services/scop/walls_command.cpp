// scop walls: the walls that stand around each daemon, as it tells them itself.
#include "scop/walls_command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

json::object as_json(const v1::DaemonStatus& status) {
  json::array missing;
  for (const auto& one : status.missing()) {
    missing.push_back(json::object{
        {"wall", json_text(one.wall())}, {"why", json_text(one.why())}, {"remedy", json_text(one.remedy())}});
  }
  const auto& allowed = status.allowed();
  json::array ports;
  for (const auto port : allowed.connect_ports()) ports.push_back(port);
  return {{"user", status.user()},
          {"walls", json_texts(status.walls())},
          {"missing", std::move(missing)},
          {"allowed", json::object{{"read", json_texts(allowed.read())},
                                   {"write", json_texts(allowed.write())},
                                   {"connect_ports", std::move(ports)},
                                   {"connect_anywhere", allowed.connect_anywhere()},
                                   {"udp", allowed.udp()},
                                   {"system_calls", json_texts(allowed.system_calls())},
                                   {"open_files", allowed.open_files()},
                                   {"memory", allowed.memory()}}}};
}

std::string ports_of(const v1::WallsAllowed& allowed) {
  if (allowed.connect_anywhere()) return "every TCP port";
  const auto ports = fmt::format("{}", fmt::join(allowed.connect_ports(), " "));
  return ports.empty() ? "none" : allowed.udp() ? ports + ", UDP" : ports;
}

void print_one(const Context& context, std::string_view name, const v1::DaemonStatus& status) {
  const auto& allowed = status.allowed();
  const auto line = [&](std::string_view what, const std::string& value) {
    context.terminal.line(fmt::format("  {:<13} {}", what, shown(value)));
  };
  context.terminal.line(fmt::format("{}", name));
  line("walls", fmt::format("{}", fmt::join(status.walls(), ", ")));
  for (const auto& one : status.missing())
    line("missing", fmt::format("{}: {}; {}", one.wall(), one.why(), one.remedy()));
  line("reads", fmt::format("{}", fmt::join(allowed.read(), " ")));
  line("writes", fmt::format("{}", fmt::join(allowed.write(), " ")));
  line("connects to", ports_of(allowed));
  if (allowed.system_calls_size() > 0)
    line("system calls", fmt::format("{} beside the base list", fmt::join(allowed.system_calls(), " ")));
  line("limits", fmt::format("{} open files, {} MiB", allowed.open_files(), allowed.memory() >> 20U));
}

int tell_walls(const Context& context, const std::string& chosen) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  int status = good;
  json::object daemons;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon || (!chosen.empty() && chosen != daemon.name)) continue;
    const auto answer =
        instance->call(daemon.name, pipe::methods::daemon_status, v1::Nothing(), std::chrono::seconds(3));
    if (!answer) {
      status = report(context, daemon.name, *instance, answer.error());
      continue;
    }
    if (answer->missing_size() > 0 && status == good) status = declined;
    if (context.json) {
      daemons[daemon.name] = as_json(*answer);
    } else {
      print_one(context, daemon.name, *answer);
    }
  }
  if (context.json) print_json(daemons);
  return status;
}

}  // namespace

void declare_walls(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "walls", "the walls that stand around each daemon, what they let through, and which are missing");
  const auto chosen = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (const auto& daemon : topology::daemons()) {
    if (daemon.is_daemon) names.emplace_back(daemon.name);
  }
  command->add_option("daemon", *chosen, "this one alone")->type_name("DAEMON")->check(CLI::IsMember(names));
  command->callback(
      [&context, chosen] { context.chosen = [&context, chosen] { return tell_walls(context, *chosen); }; });
}

}  // namespace scop::command
