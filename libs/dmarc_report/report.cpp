#include "dmarc_report/report.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace scop::dmarc_report {

namespace {

using Day = std::chrono::sys_days;
constexpr std::int64_t seconds_of_a_day = 86'400;

struct Collected {
  Published published;  // the last one seen: a record may change within the day
  std::map<Row, std::uint64_t> counts;
};

Report report_of(Day day, const Collected& collected, const Reporter& reporter) {
  Report report;
  report.org_name = reporter.org_name;
  report.email = reporter.email;
  report.begin = std::chrono::sys_seconds(day).time_since_epoch().count();
  report.end = report.begin + seconds_of_a_day - 1;
  report.report_id = fmt::format("{}.{}.{}", collected.published.domain, report.begin, reporter.host);
  report.published = collected.published;
  for (const auto& [row, count] : collected.counts) {
    report.rows.push_back(row);
    report.rows.back().count = count;
  }
  return report;
}

}  // namespace

std::vector<Report> reports_of(std::vector<Observation> observations, const Reporter& reporter) {
  std::map<std::pair<std::string, Day>, Collected> collected;
  for (auto& [at, published, row] : observations) {
    auto& group = collected[{published.domain, std::chrono::floor<std::chrono::days>(at)}];
    const auto count = std::exchange(row.count, 0);
    group.published = std::move(published);
    group.counts[std::move(row)] += count;
  }
  std::vector<Report> reports;
  for (const auto& [key, group] : collected) reports.push_back(report_of(key.second, group, reporter));
  return reports;
}

}  // namespace scop::dmarc_report
