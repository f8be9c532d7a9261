#include "scop/tls_report_print.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scop/command.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

using tls_report::FailureDetail;
using tls_report::PolicyResult;

json::object json_of(const FailureDetail& detail) {
  return {{"result_type", json_text(detail.result_type)},
          {"sessions", detail.sessions},
          {"mx", json_text(detail.receiving_mx_hostname)},
          {"helo", json_text(detail.receiving_mx_helo)},
          {"receiving_ip", json_text(detail.receiving_ip)},
          {"sending_ip", json_text(detail.sending_mta_ip)},
          {"reason", json_text(detail.failure_reason_code)},
          {"additional_information", json_text(detail.additional_information)}};
}

json::object json_of(const PolicyResult& result) {
  json::array details;
  for (const auto& detail : result.details) details.push_back(json_of(detail));
  return {{"type", json_text(result.policy.type)},
          {"domain", json_text(result.policy.domain)},
          {"policy", json_texts(result.policy.strings)},
          {"mx", json_texts(result.policy.mx_hosts)},
          {"successes", result.successes},
          {"failures", result.failures},
          {"details", std::move(details)}};
}

std::string time_text(std::int64_t seconds) {
  return fmt::format("{:%Y-%m-%d %H:%M}", std::chrono::sys_seconds(std::chrono::seconds(seconds)));
}

// What a failure tells beside type, host and address.
std::string more_of(const FailureDetail& detail) {
  std::vector<std::string> parts;
  if (!detail.failure_reason_code.empty()) parts.push_back(detail.failure_reason_code);
  if (!detail.receiving_mx_helo.empty()) parts.push_back("it calls itself " + detail.receiving_mx_helo);
  if (!detail.sending_mta_ip.empty()) parts.push_back("from " + detail.sending_mta_ip);
  if (!detail.additional_information.empty()) parts.push_back(detail.additional_information);
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

void show_all(std::vector<std::vector<std::string>>& rows) {
  for (auto& row : rows) {
    for (auto& cell : row) cell = shown(cell);
  }
}

void print_tls_as_json(const std::filesystem::path& file, const tls_report::Report& report) {
  json::array policies;
  for (const auto& result : report.policies) policies.push_back(json_of(result));
  print_json(json::object{{"file", json_text(file.string())},
                          {"kind", "tls"},
                          {"organization", json_text(report.organization)},
                          {"contact", json_text(report.contact)},
                          {"report_id", json_text(report.report_id)},
                          {"begin", report.begin},
                          {"end", report.end},
                          {"policies", std::move(policies)}});
}

void print_tls_as_table(const Context& context, const tls_report::Report& report) {
  std::vector<std::string> domains;
  for (const auto& result : report.policies) {
    if (std::ranges::find(domains, result.policy.domain) == domains.end())
      domains.push_back(result.policy.domain);
  }
  context.terminal.line(context.terminal.paint(
      Colour::bold, shown(fmt::format("{} about TLS to {}", report.organization, fmt::join(domains, ", ")))));
  context.terminal.line(shown(fmt::format("{} to {} UTC, id {}, contact {}", time_text(report.begin),
                                          time_text(report.end), report.report_id, report.contact)));
  std::vector<std::vector<std::string>> rows;
  for (const auto& result : report.policies) {
    rows.push_back({result.policy.domain, result.policy.type, fmt::format("{}", result.successes),
                    fmt::format("{}", result.failures), "", "", "", ""});
    for (const auto& detail : result.details) {
      rows.push_back({result.policy.domain, result.policy.type, "", fmt::format("{}", detail.sessions),
                      detail.result_type, detail.receiving_mx_hostname, detail.receiving_ip,
                      more_of(detail)});
    }
  }
  show_all(rows);
  context.terminal.table({"DOMAIN", "POLICY", "GOOD", "FAILED", "FAILURE", "MX", "ADDRESS", "MORE"}, rows);
  context.terminal.line("");
}

}  // namespace scop::command
