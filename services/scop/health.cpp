// scop health: asks every daemon over its pipe.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

using Question = grpc::health::v1::HealthCheckRequest;
using Answer = grpc::health::v1::HealthCheckResponse;

std::string state_of(const pipe::Result<Answer>& answer) {
  if (answer) return answer->status() == Answer::SERVING ? "serving" : "not serving";
  return fmt::format("{}: {}", name_of(answer.error().code), answer.error().message);
}

int ask_everyone(const Context& context) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  bool all = true;
  json::object states;
  std::vector<std::vector<std::string>> rows;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    const auto before = std::chrono::steady_clock::now();
    const auto answer =
        instance->call(daemon.name, pipe::methods::health, Question(), std::chrono::seconds(3));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - before;
    const auto state = state_of(answer);
    const bool serves = state == "serving";
    all = all && serves;
    const auto& address = instance->mesh().dial.find(daemon.name)->second;
    states[daemon.name] = json::object{{"serving", serves},
                                       {"state", json_text(state)},
                                       {"address", json_text(address)},
                                       {"took_ms", took.count()}};
    rows.push_back({std::string(daemon.name),
                    context.terminal.paint(serves ? Colour::green : Colour::red, shown(state)), address,
                    fmt::format("{:.1f} ms", took.count())});
  }
  if (context.json) {
    print_json(json::object{{"healthy", all}, {"daemons", std::move(states)}});
  } else {
    context.terminal.table({"DAEMON", "STATE", "PIPE", "TOOK"}, rows);
  }
  return all ? good : unreachable;
}

}  // namespace

void declare_health(CLI::App& app, Context& context) {
  app.add_subcommand("health", "ask every daemon whether it serves")->callback([&context] {
    context.chosen = [&context] { return ask_everyone(context); };
  });
}

}  // namespace scop::command
