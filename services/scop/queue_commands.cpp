// scop queue: what waits, why, and what to do with it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

namespace methods = pipe::methods;
using Action = v1::QueueActRequest;

struct Options {
  std::string id;
  std::string matching;
  unsigned limit = 1'000;
  bool with_done = false;
};

std::string time_text(std::int64_t milliseconds) {
  if (milliseconds == 0) return "-";
  const Time time{std::chrono::milliseconds(milliseconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

// "in 4 min", "12 s ago".
std::string distance_text(std::int64_t milliseconds) {
  if (milliseconds == 0) return "-";
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(Time{std::chrono::milliseconds(milliseconds)} - now()).count();
  const auto size = seconds < 0 ? -seconds : seconds;
  const auto text = size < 120       ? fmt::format("{} s", size)
                    : size < 7'200   ? fmt::format("{} min", size / 60)
                    : size < 172'800 ? fmt::format("{} h", size / 3'600)
                                     : fmt::format("{} d", size / 86'400);
  return seconds < 0 ? text + " ago" : "in " + text;
}

Colour colour_of(std::string_view state) {
  if (state == "delivered" || state == "relayed") return Colour::green;
  if (state == "failed" || state == "dropped") return Colour::red;
  if (state == "held") return Colour::yellow;
  return Colour::none;
}

json::object to_json(const v1::QueuedMessage& message) {
  json::array recipients;
  for (const auto& recipient : message.recipients()) {
    recipients.push_back(json::object{{"address", json_text(recipient.address())},
                                      {"state", json_text(recipient.state())},
                                      {"attempts", recipient.attempts()},
                                      {"next_attempt", recipient.next_attempt()},
                                      {"last_reply", json_text(recipient.last_reply())},
                                      {"last_mx", json_text(recipient.last_mx())}});
  }
  return {{"id", json_text(message.id())},
          {"role", json_text(message.role())},
          {"received", message.received()},
          {"size", message.size()},
          {"reverse_path", json_text(message.reverse_path())},
          {"held", message.held()},
          {"trace", json_text(message.trace())},
          {"recipients", std::move(recipients)}};
}

void add_rows(const Context& context, const v1::QueuedMessage& message,
              std::vector<std::vector<std::string>>& rows) {
  auto id = message.id();
  auto from = fmt::format("<{}>", shown(message.reverse_path()));
  for (const auto& recipient : message.recipients()) {
    const auto state = message.held() && recipient.state() == "queued" ? "held" : recipient.state();
    rows.push_back({id, from, shown(recipient.address()),
                    context.terminal.paint(colour_of(state), shown(state)),
                    std::to_string(recipient.attempts()), distance_text(recipient.next_attempt()),
                    shown(recipient.last_reply())});
    // Said once a message on a terminal; every line is whole in a pipe.
    if (context.terminal.is_terminal()) id = from = "";
  }
}

int list(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::QueueListRequest request;
  request.set_limit(options.limit);
  request.set_with_done(options.with_done);
  request.set_matching(options.matching);
  const auto reply = instance->call("relay", methods::queue_list, request);
  if (!reply) return report(context, "relay", *instance, reply.error());
  json::array messages;
  std::vector<std::vector<std::string>> rows;
  for (const auto& message : reply->messages()) {
    messages.push_back(to_json(message));
    add_rows(context, message, rows);
  }
  if (context.json) {
    print_json(json::object{{"total", reply->total()}, {"messages", std::move(messages)}});
    return good;
  }
  context.terminal.table({"ID", "FROM", "TO", "STATE", "TRIES", "NEXT", "LAST REPLY"}, rows);
  if (context.terminal.is_terminal())
    context.terminal.line(fmt::format("{} of {} messages", reply->messages_size(), reply->total()));
  return good;
}

void print_message(const Context& context, const v1::QueueShowReply& reply) {
  const auto& terminal = context.terminal;
  const auto& message = reply.message();
  terminal.line(terminal.paint(Colour::bold, message.id()) +
                (message.held() ? terminal.paint(Colour::yellow, " (held)") : ""));
  terminal.line(fmt::format(
      "  role      {}\n  trace     {}\n  received  {} ({})\n  size      {} octets\n  from      <{}>",
      shown(message.role()), shown(message.trace()), time_text(message.received()),
      distance_text(message.received()), message.size(), shown(message.reverse_path())));
  for (const auto& recipient : message.recipients()) {
    terminal.line(fmt::format("  to        {}  {}  tries: {}  next: {}", shown(recipient.address()),
                              terminal.paint(colour_of(recipient.state()), shown(recipient.state())),
                              recipient.attempts(), time_text(recipient.next_attempt())));
    if (!recipient.last_reply().empty()) {
      terminal.line(fmt::format("            {} {}", terminal.paint(Colour::dim, shown(recipient.last_mx())),
                                shown(recipient.last_reply())));
    }
  }
  terminal.line("");
  for (std::string_view rest = reply.header(); !rest.empty();) {
    const auto end = std::min(rest.find("\r\n"), rest.size());
    terminal.line("  " + shown(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
}

int show(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::QueueItemRequest request;
  request.set_id(options.id);
  const auto reply = instance->call("relay", methods::queue_show, request);
  if (!reply) return report(context, "relay", *instance, reply.error());
  if (!reply->found()) {
    context.terminal.problem(fmt::format("no message {} in the queue: `scop trace {}` says what became of it",
                                         options.id, options.id));
    return declined;
  }
  if (context.json) {
    auto facts = to_json(reply->message());
    facts["header"] = json_text(reply->header());
    print_json(facts);
  } else {
    print_message(context, *reply);
  }
  return good;
}

int act(const Context& context, const Options& options, Action::Action action, std::string_view done) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  if (options.id.empty() && options.matching.empty()) {
    context.terminal.problem("name a message by its id, \"all\", or some with --matching");
    return wrong_usage;
  }
  Action request;
  request.set_action(action);
  request.set_id(options.id.empty() ? "all" : options.id);
  request.set_matching(options.matching);
  const auto reply = instance->call("relay", methods::queue_act, request, std::chrono::seconds(60));
  if (!reply) return report(context, "relay", *instance, reply.error());
  if (context.json) {
    print_json(json::object{{"messages", reply->messages()}, {"reason", json_text(reply->reason())}});
  } else if (reply->messages() == 0) {
    context.terminal.problem(reply->reason().empty() ? "no such message" : shown(reply->reason()));
  } else {
    context.terminal.line(
        fmt::format("{} {} {}", reply->messages(), reply->messages() == 1 ? "message" : "messages", done));
  }
  return reply->messages() == 0 && options.id != "all" ? declined : good;
}

}  // namespace

void declare_queue(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* queue = app.add_subcommand("queue", "messages on their way")->require_subcommand(1);
  auto* list_command = queue->add_subcommand("list", "what waits, and why");
  list_command->add_option("--matching", options->matching, "part of an address or id")->type_name("TEXT");
  list_command->add_option("--limit", options->limit, "at most so many messages")->capture_default_str();
  list_command->add_flag("--done", options->with_done, "also what has left within seven days");
  list_command->callback(
      [&context, options] { context.chosen = [&context, options] { return list(context, *options); }; });
  auto* show_command = queue->add_subcommand("show", "one message: envelope, recipients, header");
  show_command->add_option("id", options->id)->required();
  show_command->callback(
      [&context, options] { context.chosen = [&context, options] { return show(context, *options); }; });
  const auto declare = [&](const char* name, const char* what, Action::Action action, const char* done) {
    auto* command = queue->add_subcommand(name, what);
    command->add_option("id", options->id, "a message's id, or \"all\"");
    command->add_option("--matching", options->matching, "only those with this in an address or id")
        ->type_name("TEXT");
    command->callback([&context, options, action, done] {
      context.chosen = [&context, options, action, done] { return act(context, *options, action, done); };
    });
  };
  declare("retry", "try again now", Action::RETRY, "will be tried now");
  declare("hold", "try no more until released", Action::HOLD, "held");
  declare("release", "undo hold", Action::RELEASE, "released");
  declare("drop", "remove without a word to anyone", Action::DROP, "dropped");
  declare("bounce", "give up and tell the sender", Action::BOUNCE, "bounced");
}

}  // namespace scop::command
