// scop reports pending and send: the DMARC aggregate reports that the verifier collects about others'
// domains; scop reports tls pending and send: the relay's TLS reports.
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

using PendingMethod = pipe::Method<v1::Nothing, v1::PendingReports>;
using SendMethod = pipe::Method<v1::SendReportsRequest, v1::PendingReports>;

// Who collects, and what it counts.
struct Collector {
  std::string_view daemon;
  std::string_view counted;  // the head of the table's column
  PendingMethod pending;
  SendMethod send;
};

constexpr Collector dmarc{"verifier", "MESSAGES", pipe::methods::pending_reports,
                          pipe::methods::send_reports};
constexpr Collector tls{"relay", "SESSIONS", pipe::methods::pending_tls_reports,
                        pipe::methods::send_tls_reports};

std::string day_text(std::int64_t seconds) {
  const std::chrono::year_month_day day(
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds))));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

int print(const Context& context, const Collector& collector, const v1::PendingReports& pending) {
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
    context.terminal.table({"DAY", "DOMAIN", std::string(collector.counted), "TO", "STATE"}, rows);
  }
  return good;
}

int pending(const Context& context, const Collector& collector) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const std::string daemon(collector.daemon);
  const auto reply = instance->call(daemon, collector.pending, v1::Nothing());
  return reply ? print(context, collector, *reply) : report(context, daemon, *instance, reply.error());
}

int send(const Context& context, const Collector& collector, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  v1::SendReportsRequest request;
  request.set_now(options.now);
  request.set_domain(options.domain);
  const std::string daemon(collector.daemon);
  const auto reply = instance->call(daemon, collector.send, request, std::chrono::minutes(5));
  return reply ? print(context, collector, *reply) : report(context, daemon, *instance, reply.error());
}

void declare(CLI::App& parent, Context& context, const Collector& collector) {
  parent.add_subcommand("pending", "what is collected for other domains' owners")
      ->callback([&context, &collector] {
        context.chosen = [&context, &collector] { return pending(context, collector); };
      });
  const auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("send", "send the reports that are due");
  command->add_flag("--now", options->now, "also what is not due yet, and the day that is not over");
  command->add_option("--domain", options->domain, "of this domain alone");
  command->callback([&context, &collector, options] {
    context.chosen = [&context, &collector, options] { return send(context, collector, *options); };
  });
}

}  // namespace

void declare_report_sending(CLI::App& reports, Context& context) {
  declare(reports, context, dmarc);
  auto* command = reports.add_subcommand("tls", "our TLS reports (RFC 8460) to others");
  command->require_subcommand(1);
  declare(*command, context, tls);
}

}  // namespace scop::command
