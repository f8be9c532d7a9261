// Real signed messages of the suite: DNS records on top, an empty line, the message. mail-auth-001 is RFC
// 8463 A.
#include <gtest/gtest.h>

#include "check.hpp"
#include "core/ascii.hpp"
#include "suite.hpp"

namespace scop::dkim {
namespace {

// What MimeKit's messages of 2015 were signed with, as Gmail published it then.
const Records gmail{{"20120113._domainkey.gmail.com",
                     "k=rsa; "
                     "p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1Kd87/"
                     "UeJjenpabgbFwh+eBCsSTrqmwIYYvywlbhbqoo2DymndFkbjOVIPIl"
                     "dNs/"
                     "m40KF+yzMn1skyoxcTUGCQs8g3FgD2Ap3ZB5DekAo5wMmk4wimDO+U8QzI3SD07y2+"
                     "07wlNWwIt8svnxgdxGkVbbhzY8i+RQ9DpSVpPbF7ykQ"
                     "xtKXkv/"
                     "ahW3KjViiAH+ghvvIhkx4xYSIc9oSwVmAl5OctMEeWUwg8Istjqz8BZeTWbf41fbNhte7Y+"
                     "YqZOwq1Sd0DbvYAD9NOZK9vlfuac0598HY+"
                     "vtSBczUiKERHv1yRbcaQtZFh5wtiRrN04BLUTD21MycBX5jYchHjPY/wIDAQAB"}};

// RFC 8463 A.2
const Records football{
    {"brisbane._domainkey.football.example.com",
     "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="},
    {"test._domainkey.football.example.com",
     "v=DKIM1; k=rsa; "
     "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Q"
     "vx/byYzCNb3W91y3FutACDfzwQ/BC/e/"
     "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"}};

Records records_on_top(std::string_view text, std::string_view& message) {
  Records records;
  const auto empty_line = text.find("\r\n\r\n");
  for (const auto line : ascii::split(text.substr(0, empty_line), '\n')) {
    const auto space = line.find(' ');
    records[std::string(line.substr(0, space))] = ascii::trim(line.substr(space + 1));
  }
  message = text.substr(empty_line + 4);
  return records;
}

class Mail : public ::testing::TestWithParam<const char*> {};

TEST_P(Mail, verifies_whole_and_octet_by_octet) {
  const auto file = suite() / "mail" / GetParam();
  if (!exists(file)) GTEST_SKIP() << file;
  const auto text = with_crlf(contents(file));
  std::string_view message = text;
  auto records = gmail;
  records.insert(football.begin(), football.end());
  if (file.extension() == ".txt") records = records_on_top(text, message);
  // Each was sent before its x=, where it has one: their newest t= is of November 2022.
  const Seconds sent(std::chrono::seconds(1'667'862'900));
  for (const std::size_t step : {std::size_t{65'536}, std::size_t{1}}) {
    const auto verdicts = check(message, records, {}, sent, step);
    ASSERT_FALSE(verdicts.empty());
    for (const auto& verdict : verdicts)
      EXPECT_EQ(verdict.result, Result::pass) << verdict.reason << ' ' << verdict.domain;
  }
}

INSTANTIATE_TEST_SUITE_P(Suite, Mail,
                         ::testing::Values("mail-auth-001.txt", "mail-auth-002.txt", "mail-auth-003.txt",
                                           "mail-auth-004.txt", "mail-auth-005.txt", "mail-auth-006.txt",
                                           "mimekit-gmail.msg", "mimekit-multipart-no-end-boundary.msg",
                                           "mimekit-related.msg", "mimekit-rfc8463-example.msg"));

}  // namespace
}  // namespace scop::dkim
