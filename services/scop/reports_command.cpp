// scop reports: DMARC aggregate reports and TLS reports of others, for people and as JSON.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "dmarc_report/incoming.hpp"
#include "scop/command.hpp"
#include "scop/json.hpp"
#include "scop/report_files.hpp"
#include "scop/tls_report_print.hpp"
#include "tls_report/incoming.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;
using dmarc_report::AuthResult;
using dmarc_report::Report;
using dmarc_report::Row;

json::array json_of(const std::vector<AuthResult>& results) {
  json::array array;
  for (const auto& result : results) {
    array.push_back(json::object{{"domain", json_text(result.domain)},
                                 {"selector", json_text(result.selector)},
                                 {"scope", json_text(result.scope)},
                                 {"result", json_text(result.result)},
                                 {"human_result", json_text(result.human_result)}});
  }
  return array;
}

json::object json_of(const Row& row) {
  json::array reasons;
  for (const auto& reason : row.reasons)
    reasons.push_back(json::object{{"type", json_text(reason.type)}, {"comment", json_text(reason.comment)}});
  return {{"source_ip", json_text(row.source_ip)},
          {"count", row.count},
          {"disposition", json_text(row.disposition)},
          {"dkim", json_text(row.dkim)},
          {"spf", json_text(row.spf)},
          {"reasons", std::move(reasons)},
          {"header_from", json_text(row.header_from)},
          {"envelope_from", json_text(row.envelope_from)},
          {"envelope_to", json_text(row.envelope_to)},
          {"dkim_results", json_of(row.dkim_results)},
          {"spf_results", json_of(row.spf_results)}};
}

void print_as_json(const fs::path& file, const Report& report) {
  const auto& published = report.published;
  json::array rows;
  for (const auto& row : report.rows) rows.push_back(json_of(row));
  print_json(json::object{{"file", json_text(file.string())},
                          {"kind", "dmarc"},
                          {"version", json_text(report.version)},
                          {"org_name", json_text(report.org_name)},
                          {"email", json_text(report.email)},
                          {"extra_contact_info", json_text(report.extra_contact_info)},
                          {"report_id", json_text(report.report_id)},
                          {"begin", report.begin},
                          {"end", report.end},
                          {"errors", json_texts(report.errors)},
                          {"policy_published", json::object{{"domain", json_text(published.domain)},
                                                            {"adkim", json_text(published.adkim)},
                                                            {"aspf", json_text(published.aspf)},
                                                            {"p", json_text(published.p)},
                                                            {"sp", json_text(published.sp)},
                                                            {"np", json_text(published.np)},
                                                            {"pct", json_text(published.pct)},
                                                            {"fo", json_text(published.fo)},
                                                            {"testing", json_text(published.testing)}}},
                          {"records", std::move(rows)}});
}

std::string time_text(std::int64_t seconds) {
  return fmt::format("{:%Y-%m-%d %H:%M}", std::chrono::sys_seconds(std::chrono::seconds(seconds)));
}

// "example.com/s1=pass example.net=fail"
std::string in_short(const std::vector<AuthResult>& results) {
  std::string out;
  for (const auto& result : results) {
    if (!out.empty()) out += ' ';
    out += result.domain;
    if (!result.selector.empty()) out += "/" + result.selector;
    out += "=" + result.result;
  }
  return out;
}

std::string reasons_in_short(const Row& row) {
  std::string out;
  for (const auto& reason : row.reasons) {
    if (!out.empty()) out += "; ";
    out += reason.type;
    if (!reason.comment.empty()) out += ": " + reason.comment;
  }
  return out;
}

void print_as_table(const Context& context, const Report& report) {
  const auto& published = report.published;
  context.terminal.line(context.terminal.paint(
      Colour::bold, shown(fmt::format("{} about {}", report.org_name, published.domain))));
  context.terminal.line(shown(fmt::format("{} to {} UTC, id {}, policy p={} sp={} adkim={} aspf={}",
                                          time_text(report.begin), time_text(report.end), report.report_id,
                                          published.p, published.sp, published.adkim, published.aspf)));
  for (const auto& error : report.errors) context.terminal.line(shown("the reporter says: " + error));
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : report.rows) {
    rows.push_back({row.source_ip, fmt::format("{}", row.count), row.disposition, row.dkim, row.spf,
                    row.header_from, in_short(row.dkim_results), in_short(row.spf_results),
                    reasons_in_short(row)});
  }
  show_all(rows);
  context.terminal.table(
      {"SOURCE", "COUNT", "DONE", "DKIM", "SPF", "FROM", "DKIM RESULTS", "SPF RESULTS", "REASONS"}, rows);
  context.terminal.line("");
}

void print_report(const Context& context, const fs::path& file, const Report& report) {
  if (context.json) {
    print_as_json(file, report);
  } else {
    print_as_table(context, report);
  }
}

void print_report(const Context& context, const fs::path& file, const tls_report::Report& report) {
  if (context.json) {
    print_tls_as_json(file, report);
  } else {
    print_tls_as_table(context, report);
  }
}

template <class Reports>
bool print_all(const Context& context, const fs::path& file, const Reports& reports) {
  if (!reports) return false;
  for (const auto& report : *reports) print_report(context, file, report);
  return true;
}

// Whether the file held a report that reads; in a folder a file without one is no problem.
bool show_file(const Context& context, const fs::path& file, bool named) {
  const auto octets = read_report_file(file);
  if (!octets) {
    context.terminal.problem(shown(file.string() + ": " + octets.error().what));
    return false;
  }
  const auto tls = tls_report::reports_in(*octets);
  if (print_all(context, file, tls)) return true;
  const auto dmarc = dmarc_report::reports_in(*octets);
  if (print_all(context, file, dmarc)) return true;
  const auto& error = tls.error().kind != ErrorKind::not_found ? tls.error() : dmarc.error();
  if (!named && error.kind == ErrorKind::not_found) return true;
  context.terminal.problem(shown(file.string() + ": " + error.what));
  return false;
}

int show(const Context& context, const std::vector<std::string>& paths) {
  bool well = true;
  for (const auto& path : paths) {
    const auto files = report_files(path);
    if (!files) context.terminal.problem(shown(files.error().what));
    well = well && files.has_value();
    if (!files) continue;
    const bool named = files->size() == 1 && files->front() == fs::path(path);
    for (const auto& file : *files) well = show_file(context, file, named) && well;
  }
  return well ? good : declined;
}

}  // namespace

void declare_reports(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "reports", "DMARC and TLS reports: show those that others sent, or list and send ours");
  const auto paths = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *paths, "a message, .xml, .json, .gz or .zip, or a folder or Maildir of them")
      ->type_name("");
  declare_report_sending(*command, context);
  command->callback([&context, paths] {
    if (context.chosen) return;  // `pending`, `send` or `tls` was named
    if (paths->empty()) throw CLI::RequiredError("FILE");
    context.chosen = [&context, paths] { return show(context, *paths); };
  });
}

}  // namespace scop::command
