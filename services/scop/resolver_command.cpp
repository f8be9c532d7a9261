// scop resolver: what the mesh's resolver has done, and forgetting what it knows.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "dns/type.hpp"
#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

namespace methods = pipe::methods;

struct Options {
  std::string name;
  std::string type;
  bool below = false;
};

int show_statistics(const Context& context) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto reply =
      instance->call("resolver", methods::resolver_statistics, v1::ResolverStatisticsRequest());
  if (!reply) return report(context, "resolver", *instance, reply.error());
  json::object counts;
  std::vector<std::vector<std::string>> rows;
  for (const auto& count : reply->counts()) {
    counts[count.name()] = count.value();
    rows.push_back({shown(count.name()), fmt::to_string(count.value())});
  }
  if (context.json) {
    print_json(counts);
  } else {
    context.terminal.table({"WHAT", "COUNT"}, rows);
  }
  return good;
}

int flush(const Context& context, const Options& options) {
  v1::ResolverFlushRequest request;
  request.set_name(options.name);
  request.set_below(options.below);
  if (!options.type.empty()) {
    const auto type = dns::type_from_text(options.type);
    if (!type) {
      context.terminal.problem(
          fmt::format("\"{}\" is no type of records: MX, TXT, TYPE65280 …", shown(options.type)));
      return wrong_usage;
    }
    request.set_type(static_cast<std::uint32_t>(*type));
  }
  if (options.name.empty() && (options.below || !options.type.empty())) {
    context.terminal.problem("--below and --type need a NAME; without one everything goes");
    return wrong_usage;
  }
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto reply = instance->call("resolver", methods::resolver_flush, request);
  if (!reply) return report(context, "resolver", *instance, reply.error());
  if (context.json) {
    print_json(json::object{{"answers", reply->answers()}});
  } else {
    context.terminal.line(fmt::format("{} {} forgotten; what servers said before is asked anew",
                                      reply->answers(), reply->answers() == 1 ? "answer" : "answers"));
  }
  return good;
}

}  // namespace

void declare_resolver(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* resolver = app.add_subcommand("resolver", "the mesh's resolver")->require_subcommand(1);
  resolver->add_subcommand("stats", "what it has done since it started")->callback([&context] {
    context.chosen = [&context] { return show_statistics(context); };
  });
  auto* flush_command = resolver->add_subcommand("flush", "forget answers, all or of one name");
  flush_command->add_option("name", options->name, "a domain name; without one: everything");
  flush_command->add_flag("--below", options->below, "and all names below it");
  flush_command->add_option("--type", options->type, "only this type of records")->type_name("TYPE");
  flush_command->callback(
      [&context, options] { context.chosen = [&context, options] { return flush(context, *options); }; });
}

}  // namespace scop::command
