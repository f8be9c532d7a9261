#include "tls_report/incoming.hpp"

#include <gtest/gtest.h>

#include "gzip/gzip.hpp"
#include "tls_report/mail.hpp"

namespace scop::tls_report {
namespace {

Report sample() {
  Report report{"A. Mesh", 1'763'683'200, 1'763'769'599, "mailto:postmaster@m.example", "abc-1", {}};
  report.policies = results_of({{{"no-policy-found", {}, "a.example", {}}, {}, 5}});
  return report;
}

std::string mail_of(const Report& report) {
  return build_mail(report, {.from = "noreply@m.example",
                             .to = "tls@a.example",
                             .domain = "a.example",
                             .submitter = "m.example",
                             .host = "mail.m.example",
                             .id = "0123"});
}

TEST(IncomingTlsReportTest, json_gzip_and_mail_read_the_same) {
  const std::vector expected{sample()};
  EXPECT_EQ(reports_in(to_json(sample())), expected);
  EXPECT_EQ(reports_in("\r\n " + to_json(sample())), expected);
  EXPECT_EQ(reports_in(gzip::deflate(to_json(sample()))), expected);
  auto mail = mail_of(sample());
  EXPECT_EQ(reports_in(mail), expected);
  std::erase(mail, '\r');
  EXPECT_EQ(reports_in(mail), expected);
}

TEST(IncomingTlsReportTest, what_is_something_else_is_not_found) {
  for (const auto& other :
       {std::string("<feedback/>"), gzip::deflate("<feedback/>"), std::string("PK\x03\x04"),
        std::string("From: <a@b.example>\r\n\r\nhello {}\r\n"), std::string()}) {
    const auto reports = reports_in(other);
    ASSERT_FALSE(reports);
    EXPECT_EQ(reports.error().kind, ErrorKind::not_found);
  }
}

TEST(IncomingTlsReportTest, a_broken_attachment_that_says_it_is_a_report_is_malformed) {
  const auto reports = reports_in(
      "From: <a@b.example>\r\nMIME-Version: 1.0\r\nContent-Type: application/tlsrpt+gzip\r\n\r\nnothing\r\n");
  ASSERT_FALSE(reports);
  EXPECT_EQ(reports.error().kind, ErrorKind::malformed);
  EXPECT_EQ(reports_in("{\"policies\":").error().kind, ErrorKind::malformed);
}

TEST(IncomingTlsReportTest, bombs_are_too_large) {
  EXPECT_FALSE(reports_in(gzip::deflate("{" + std::string(70U << 20U, ' '))));
  EXPECT_EQ(reports_in("{" + std::string(17U << 20U, ' ')).error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace scop::tls_report
