#include "tls_report/report.hpp"

#include <gtest/gtest.h>

#include "core/ascii.hpp"
#include "tls_report/mail.hpp"
#include "tls_report/parse.hpp"
#include "tls_report/timestamp.hpp"

namespace scop::tls_report {
namespace {

const Policy sts{"sts", {"version: STSv1", "mode: testing", "mx: *.a.example"}, "a.example", {"*.a.example"}};
const Policy none{"no-policy-found", {}, "a.example", {}};
const FailureDetail expired{
    "certificate-expired", "192.0.2.1", "mx.a.example", "mx", "198.51.100.2", 0, "", "X509"};

// As RFC 8460 B writes one, with other names.
constexpr std::string_view rfc_style = R"({
  "organization-name": "Company-X",
  "date-range": {"start-datetime": "2016-04-01T00:00:00Z", "end-datetime": "2016-04-01T23:59:59Z"},
  "contact-info": "sts-reporting@company-x.example",
  "report-id": "5065427c-23d3-47ca-b6e0-946ea0e8c4be",
  "policies": [{
    "policy": {
      "policy-type": "sts",
      "policy-string": ["version: STSv1","mode: testing","mx: *.mail.company-y.example","max_age: 86400"],
      "policy-domain": "company-y.example",
      "mx-host": "*.mail.company-y.example"
    },
    "summary": {"total-successful-session-count": 5326, "total-failure-session-count": 303},
    "failure-details": [
      {"result-type": "certificate-expired", "sending-mta-ip": "2001:db8:abcd:0012::1",
       "receiving-mx-hostname": "mx1.mail.company-y.example", "failed-session-count": 100},
      {"result-type": "starttls-not-supported", "sending-mta-ip": "2001:db8:abcd:0013::1",
       "receiving-mx-hostname": "mx2.mail.company-y.example", "receiving-ip": "203.0.113.56",
       "failed-session-count": 200, "additional-information": "https://reports.example/1"},
      {"result-type": "validation-failure", "sending-mta-ip": "198.51.100.62", "receiving-ip": "203.0.113.58",
       "receiving-mx-hostname": "mx-backup.mail.company-y.example", "failed-session-count": 3,
       "failure-reason-code": "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED", "new-member": [1, {"a": null}]}
    ]
  }]})";

Report sample() {
  Report report{"A. Mesh", 1'763'683'200, 1'763'769'599, "mailto:postmaster@m.example", "abc-1", {}};
  report.policies = results_of({{sts, {}, 5}, {sts, expired, 2}, {none, {}, 1}});
  return report;
}

std::string changed(std::string_view from, std::string_view to) {
  std::string text(rfc_style);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(TlsReportTest, equal_sessions_add_up_by_policy_and_detail) {
  auto helo = expired;
  helo.receiving_mx_helo = "other";
  const auto results = results_of(
      {{sts, {}, 3}, {none, {}, 1}, {sts, expired, 2}, {sts, helo, 1}, {sts, {}, 1}, {sts, expired, 5}});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].policy, none);
  EXPECT_EQ(results[0].successes, 1U);
  EXPECT_TRUE(results[0].details.empty());
  EXPECT_EQ(results[1].successes, 4U);
  EXPECT_EQ(results[1].failures, 8U);
  ASSERT_EQ(results[1].details.size(), 2U);
  EXPECT_EQ(results[1].details[0].sessions + results[1].details[1].sessions, 8U);
}

TEST(TlsReportTest, what_is_written_reads_the_same) {
  const auto report = sample();
  const auto again = parse_json(to_json(report));
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(*again, report);
}

TEST(TlsReportTest, octets_that_are_no_utf8_are_escaped) {
  auto report = sample();
  report.organization = "b\xff";
  EXPECT_EQ(parse_json(to_json(report)).value().organization, "b\\xff");
}

TEST(TlsReportTest, a_report_as_the_rfc_shows_it_reads) {
  const auto report = parse_json(rfc_style);
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->begin, 1'459'468'800);
  EXPECT_EQ(report->end, 1'459'555'199);
  ASSERT_EQ(report->policies.size(), 1U);
  EXPECT_EQ(report->policies[0].policy.mx_hosts, std::vector<std::string>{"*.mail.company-y.example"});
  EXPECT_EQ(report->policies[0].successes, 5'326U);
  ASSERT_EQ(report->policies[0].details.size(), 3U);
  EXPECT_EQ(report->policies[0].details[2].failure_reason_code, "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED");
}

TEST(TlsReportTest, a_wrong_shape_is_named) {
  const auto problem = [](const std::string& text) {
    const auto report = parse_json(text);
    EXPECT_FALSE(report) << text;
    return report ? std::string() : report.error().what;
  };
  EXPECT_TRUE(problem(changed("5326", "-1")).starts_with("total-successful-session-count"));
  EXPECT_TRUE(problem(changed("5326", "5.5")).starts_with("total-successful-session-count"));
  EXPECT_TRUE(problem(changed("\"Company-X\"", "7")).starts_with("organization-name"));
  EXPECT_TRUE(problem(changed("2016-04-01T00", "2016-02-30T00")).starts_with("start-datetime"));
  EXPECT_TRUE(problem(changed("\"summary\"", "\"sum\"")).starts_with("summary"));
  EXPECT_TRUE(problem(changed("\"policies\"", "\"p\"")).starts_with("policies"));
  EXPECT_TRUE(problem("[]").contains("not a JSON object"));
  EXPECT_TRUE(problem("{\"a\":").starts_with("not JSON"));
  EXPECT_EQ(problem(std::string(100, '[')), "JSON nested too deep");
  EXPECT_TRUE(problem(std::string(rfc_style) + "x").starts_with("not JSON"));
}

TEST(TlsReportTest, policies_are_bounded) {
  std::string text =
      R"({"date-range":{"start-datetime":"2016-04-01T00:00:00Z","end-datetime":"2016-04-01T00:00:00Z"},"policies":[)";
  for (int i = 0; i < 10'001; ++i) text += R"({"policy":{},"summary":{}},)";
  text.back() = ']';
  EXPECT_EQ(parse_json(text + "}").error().kind, ErrorKind::too_large);
}

TEST(TlsReportTest, times_read_with_fraction_and_zone) {
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:10Z"), 10);
  EXPECT_EQ(parse_timestamp("1970-01-01t01:00:10.5+01:00"), 10);
  EXPECT_EQ(parse_timestamp("1969-12-31T23:30:00-00:30"), 0);
  for (const auto* bad :
       {"", "1970-01-01", "1970-01-01T00:00:00", "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z",
        "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+1:00", "1970-01-01T00:00:00Z "}) {
    EXPECT_EQ(parse_timestamp(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(format_timestamp(1'459'555'199), "2016-04-01T23:59:59Z");
}

TEST(TlsReportTest, the_mail_has_the_fields_of_the_rfc_and_no_stranger_adds_one) {
  const auto report = sample();
  const auto mail = build_mail(report, {.from = "noreply@m.example",
                                        .to = "tls\r\nBcc: x@y.example@a.example",
                                        .domain = "a.example",
                                        .submitter = "m.example",
                                        .host = "mail.m.example",
                                        .id = "0123",
                                        .date = Time(std::chrono::seconds(report.end))});
  EXPECT_NE(
      mail.find(
          "\r\nTLS-Report-Domain: a.example\r\nTLS-Report-Submitter: m.example\r\nTLS-Required: No\r\n"),
      std::string::npos);
  EXPECT_NE(mail.find("Content-Type: multipart/report; report-type=\"tlsrpt\";\r\n"), std::string::npos);
  EXPECT_NE(mail.find("Content-Type: application/tlsrpt+gzip;\r\n"), std::string::npos);
  EXPECT_NE(mail.find("filename=\"m.example!a.example!1763683200!1763769599!abc-1.json.gz\""),
            std::string::npos);
  EXPECT_EQ(mail.find("\r\nBcc"), std::string::npos);
  EXPECT_NE(mail.find("8 sessions, 2 with a failure"), std::string::npos);
}

}  // namespace
}  // namespace scop::tls_report
