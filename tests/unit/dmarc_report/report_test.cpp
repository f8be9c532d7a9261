#include "dmarc_report/report.hpp"

#include <gtest/gtest.h>

#include "dmarc_report/incoming.hpp"
#include "dmarc_report/mail.hpp"
#include "dmarc_report/packed.hpp"
#include "dmarc_report/parse.hpp"

namespace scop::dmarc_report {
namespace {

Row row(const std::string& ip) {
  Row row;
  row.source_ip = ip;
  row.disposition = "reject";
  row.dkim = "fail";
  row.spf = "pass";
  row.header_from = "example.com";
  row.envelope_from = "bounce.example.com";
  row.reasons = {{"local_policy", "arc=pass & <ok>"}};
  row.dkim_results = {{"example.net", "s1", "", "fail", "body \"changed\""}};
  row.spf_results = {{"bounce.example.com", "", "mfrom", "pass", ""}};
  return row;
}

Published published(const std::string& domain) {
  return {.domain = domain,
          .adkim = "r",
          .aspf = "s",
          .p = "reject",
          .sp = "none",
          .np = "reject",
          .pct = "100",
          .fo = "0",
          .testing = "n"};
}

std::chrono::sys_seconds at(std::int64_t seconds) {
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

const Reporter us{"Example Mail", "postmaster@mx.example", "mx.example"};
constexpr std::int64_t midnight = 1'700'006'400;

TEST(DmarcReportTest, one_report_per_domain_and_day_with_equal_rows_added_up) {
  const auto reports = reports_of({{at(midnight), published("example.com"), row("192.0.2.1")},
                                   {at(midnight + 86'399), published("example.com"), row("192.0.2.1")},
                                   {at(midnight + 5), published("example.com"), row("192.0.2.2")},
                                   {at(midnight + 86'400), published("example.com"), row("192.0.2.1")},
                                   {at(midnight), published("a.example"), row("192.0.2.1")}},
                                  us);
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].published.domain, "a.example");
  EXPECT_EQ(reports[1].begin, midnight);
  EXPECT_EQ(reports[1].end, midnight + 86'399);
  ASSERT_EQ(reports[1].rows.size(), 2U);
  EXPECT_EQ(reports[1].rows[0].count, 2U);
  EXPECT_EQ(reports[1].rows[1].count, 1U);
  EXPECT_EQ(reports[2].begin, midnight + 86'400);
  EXPECT_NE(reports[1].report_id, reports[2].report_id);
}

TEST(DmarcReportTest, what_is_written_reads_back) {
  const auto report = reports_of({{at(midnight), published("example.com"), row("2001:db8::1")}}, us).front();
  EXPECT_EQ(parse_xml(to_xml(report)).value(), report);
}

TEST(DmarcReportTest, what_xml_cannot_hold_is_replaced) {
  auto report = reports_of({{at(midnight), published("example.com"), row("192.0.2.1")}}, us).front();
  report.org_name = std::string("a\0b\x01]]>&amp;<c>", 15);
  report.rows[0].envelope_from = "\xff.example";
  const auto back = parse_xml(to_xml(report)).value();
  EXPECT_EQ(back.org_name, "a?b?]]>&amp;<c>");
  EXPECT_EQ(back.rows[0].envelope_from, "?.example");
}

TEST(DmarcReportTest, the_mail_carries_the_report) {
  const auto report = reports_of({{at(midnight), published("example.com"), row("192.0.2.1")}}, us).front();
  EXPECT_EQ(file_name(report, "mx.example"), "mx.example!example.com!1700006400!1700092799.xml.gz");
  const auto mail = build_mail(report, {.from = "postmaster@mx.example",
                                        .to = "d@example.com",
                                        .receiver = "mx.example",
                                        .id = "0123456789abcdef",
                                        .date = Time{}});
  EXPECT_TRUE(
      mail.contains("Subject: Report Domain: example.com\r\n Submitter: mx.example\r\n Report-ID: <"));
  EXPECT_TRUE(mail.contains("filename=\"mx.example!example.com!1700006400!1700092799.xml.gz\""));
  EXPECT_EQ(reports_in(mail).value(), std::vector{report});
}

TEST(DmarcReportTest, nothing_of_a_domain_ends_a_header_field) {
  auto report = reports_of({{at(midnight), published("example.com"), row("192.0.2.1")}}, us).front();
  report.published.domain = "a\r\nBcc: x@y\"/../z";
  const auto mail =
      build_mail(report, {.from = "p@mx", .to = "d@x\r\nX: y", .receiver = "mx", .id = "1", .date = Time{}});
  EXPECT_FALSE(mail.contains("\nBcc:") || mail.contains("\nX:"));
  EXPECT_FALSE(file_name(report, "mx").contains('/'));
}

}  // namespace
}  // namespace scop::dmarc_report
