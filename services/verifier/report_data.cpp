#include "verifier/report_data.hpp"

#include "dmarc/record.hpp"

namespace scop::verifier {

namespace {

std::string_view letter(dmarc::Alignment alignment) {
  return alignment == dmarc::Alignment::strict ? "s" : "r";
}

dmarc_report::Published published_of(const v1::ReportRow& row) {
  dmarc_report::Published published;
  published.domain = row.policy_domain();
  const auto record = dmarc::parse_record(row.record());
  if (!record) return published;
  published.adkim = letter(record->adkim);
  published.aspf = letter(record->aspf);
  published.p = dmarc::name_of(record->p);
  if (record->sp) published.sp = dmarc::name_of(*record->sp);
  if (record->np) published.np = dmarc::name_of(*record->np);
  published.testing = record->testing ? "y" : "n";
  for (const char option : record->fo)
    published.fo += (published.fo.empty() ? "" : ":") + std::string(1, option);
  return published;
}

dmarc_report::Row row_of(const v1::ReportRow& kept, std::uint64_t count) {
  dmarc_report::Row row;
  row.source_ip = kept.source_ip();
  row.count = count;
  row.disposition = kept.disposition();
  row.dkim = kept.dkim_pass() ? "pass" : "fail";
  row.spf = kept.spf_pass() ? "pass" : "fail";
  if (!kept.override().empty()) row.reasons.push_back({kept.override(), kept.override_comment()});
  row.envelope_from = kept.envelope_from();
  row.header_from = kept.header_from();
  for (const auto& dkim : kept.dkim()) {
    row.dkim_results.push_back({dkim.domain(), dkim.selector(), {}, dkim.result(), dkim.reason()});
  }
  row.spf_results.push_back({kept.spf_domain(), {}, kept.spf_scope(), kept.spf_result(), {}});
  return row;
}

}  // namespace

std::optional<dmarc_report::Report> report_from(const DayOfDomain& kept,
                                                const dmarc_report::Reporter& reporter) {
  std::vector<dmarc_report::Observation> observations;
  const std::chrono::sys_seconds at{std::chrono::days(kept.day)};
  for (const auto& [row, count] : kept.rows) {
    observations.push_back({at, published_of(row), row_of(row, count)});
  }
  auto reports = dmarc_report::reports_of(std::move(observations), reporter);
  if (reports.empty()) return std::nullopt;
  return std::move(reports.front());
}

}  // namespace scop::verifier
