// scop topology: who may call whom, as a table, JSON or a drawing for Graphviz.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "scop/command.hpp"
#include "scop/json.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

void print_as_json() {
  json::array daemons;
  for (const auto& daemon : topology::daemons()) {
    daemons.push_back(json::object{{"name", json_text(daemon.name)},
                                   {"job", json_text(daemon.job)},
                                   {"holds", json_text(daemon.holds)},
                                   {"reaches", json_text(daemon.reaches)},
                                   {"pipe_port", daemon.pipe_port},
                                   {"user_offset", daemon.user_offset},
                                   {"is_daemon", daemon.is_daemon}});
  }
  json::array edges;
  for (const auto& edge : topology::edges()) {
    edges.push_back(json::object{{"caller", json_text(edge.caller)},
                                 {"method", json_text(edge.method)},
                                 {"callee", json_text(edge.callee)}});
  }
  print_json(json::object{{"daemons", std::move(daemons)}, {"edges", std::move(edges)}});
}

std::string_view last_part(std::string_view method) { return method.substr(method.rfind('.') + 1); }

void print_as_drawing() {
  fmt::print("digraph mesh {{\n  rankdir=LR;\n  node [shape=box];\n");
  for (const auto& daemon : topology::daemons()) {
    fmt::print("  {} [label=\"{}\\n{}\"{}];\n", daemon.name, daemon.name, daemon.job,
               daemon.is_daemon ? "" : ", shape=ellipse");
  }
  std::map<std::pair<std::string_view, std::string_view>, std::string> labels;
  for (const auto& edge : topology::edges()) {
    auto& label = labels[{edge.caller, edge.callee}];
    label.append(label.empty() ? "" : "\\n").append(last_part(edge.method));
  }
  for (const auto& [ends, label] : labels)
    fmt::print("  {} -> {} [label=\"{}\"];\n", ends.first, ends.second, label);
  fmt::print("}}\n");
}

void print_as_table(const Context& context) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& edge : topology::edges()) {
    rows.push_back({std::string(edge.caller), std::string(edge.callee), std::string(edge.method)});
  }
  context.terminal.table({"CALLER", "CALLEE", "METHOD"}, rows);
}

}  // namespace

void declare_topology(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("topology", "who may call which method of whom; everything else is refused");
  const auto dot = std::make_shared<bool>(false);
  command->add_flag("--dot", *dot, "a drawing for Graphviz");
  command->callback([&context, dot] {
    context.chosen = [&context, dot] {
      if (context.json) {
        print_as_json();
      } else if (*dot) {
        print_as_drawing();
      } else {
        print_as_table(context);
      }
      return good;
    };
  });
}

}  // namespace scop::command
