// scop reports pending and send: the DMARC aggregate reports that the verifier collects about others'
// domains.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "scop/command.hpp"
#include "scop/instance.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

struct Options {
  bool now = false;
  std::string domain;
};

std::string day_text(std::int64_t seconds) {
  const std::chrono::year_month_day day(
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds))));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

int print(const Context& context, const v1::PendingReports& pending) {
  json::array reports;
  std::vector<std::vector<std::string>> rows;
  for (const auto& report : pending.reports()) {
    reports.push_back(json::object{{"domain", json_text(report.domain())},
                                   {"begin", report.begin()},
                                   {"end", report.end()},
                                   {"messages", report.messages()},
                                   {"recipients", json_texts(report.recipients())},
                                   {"state", json_text(report.state())}});
    std::string recipients;
    for (const auto& one : report.recipients()) recipients += (recipients.empty() ? "" : ", ") + shown(one);
    rows.push_back({day_text(report.begin()), shown(report.domain()), std::to_string(report.messages()),
                    recipients, shown(report.state())});
  }
  if (context.json) {
    print_json(json::object{{"reports", std::move(reports)}});
  } else {
    context.terminal.table({"DAY", "DOMAIN", "MESSAGES", "TO", "STATE"}, rows);
  }
  return good;
}

int pending(const Context& context) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto reply = instance->call("verifier", pipe::methods::pending_reports, v1::Nothing());
  return reply ? print(context, *reply) : report(context, "verifier", *instance, reply.error());
}

int send(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::SendReportsRequest request;
  request.set_now(options.now);
  request.set_domain(options.domain);
  const auto reply =
      instance->call("verifier", pipe::methods::send_reports, request, std::chrono::minutes(5));
  return reply ? print(context, *reply) : report(context, "verifier", *instance, reply.error());
}

}  // namespace

void declare_report_sending(CLI::App& reports, Context& context) {
  reports.add_subcommand("pending", "what the verifier has collected for other domains' owners")
      ->callback([&context] { context.chosen = [&context] { return pending(context); }; });
  const auto options = std::make_shared<Options>();
  auto* command = reports.add_subcommand("send", "send the reports that are due");
  command->add_flag("--now", options->now, "the day that is not over too");
  command->add_option("--domain", options->domain, "of this policy domain alone");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return send(context, *options); }; });
}

}  // namespace scop::command
