// scop spam: what the spam filter has learnt, and whom it knows.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

namespace methods = pipe::methods;
using Standing = v1::ReputationReply;

std::string_view name_of(Standing::Standing standing) {
  return standing == Standing::SPAMMER ? "spammer" : standing == Standing::GOOD ? "good" : "unknown";
}

int statistics(const Context& context) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto reply = instance->call("spamfilter", methods::statistics, v1::Nothing());
  if (!reply) return report(context, "spamfilter", *instance, reply.error());
  if (context.json) {
    print_json(json::object{{"ham", reply->ham()},
                            {"spam", reply->spam()},
                            {"tokens", reply->tokens()},
                            {"users", reply->users()},
                            {"judged", reply->judged()}});
    return good;
  }
  context.terminal.table(
      {"HAM", "SPAM", "TOKENS", "OWN MODELS", "JUDGED"},
      {{std::to_string(reply->ham()), std::to_string(reply->spam()), std::to_string(reply->tokens()),
        std::to_string(reply->users()), std::to_string(reply->judged())}});
  return good;
}

int reputation(const Context& context, const std::string& address) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::ReputationRequest request;
  request.set_address(address);
  const auto reply = instance->call("spamfilter", methods::reputation, request);
  if (!reply) return report(context, "spamfilter", *instance, reply.error());
  const auto standing = name_of(reply->standing());
  if (context.json) {
    print_json(json::object{{"address", json_text(address)},
                            {"standing", standing},
                            {"score", reply->score()},
                            {"reason", json_text(reply->reason())}});
    return good;
  }
  const auto colour = standing == "spammer" ? Colour::red : standing == "good" ? Colour::green : Colour::none;
  context.terminal.table({"ADDRESS", "STANDING", "SPAM", "REASON"},
                         {{shown(address), context.terminal.paint(colour, standing),
                           fmt::format("{:.0f} %", reply->score() * 100), shown(reply->reason())}});
  return good;
}

}  // namespace

void declare_filter(CLI::App& app, Context& context) {
  auto* spam = app.add_subcommand("spam", "what the spam filter knows")->require_subcommand(1);
  spam->add_subcommand("stats", "messages learnt, and how many were judged")->callback([&context] {
    context.chosen = [&context] { return statistics(context); };
  });
  const auto address = std::make_shared<std::string>();
  auto* of = spam->add_subcommand("reputation", "what came from an IP address of late");
  of->add_option("address", *address)->required();
  of->callback([&context, address] {
    context.chosen = [&context, address] { return reputation(context, *address); };
  });
}

}  // namespace scop::command
