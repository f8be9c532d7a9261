#include "auth_results/format.hpp"

#include <gtest/gtest.h>

namespace scop::auth_results {
namespace {

TEST(Format, writes_a_line_for_each_method) {
  const std::vector<MethodResult> results{
      {"spf", "pass", "", "", {{"smtp", "mailfrom", "a@b.example"}}},
      {"dkim", "fail", "2048-bit key", "body has changed", {{"header", "d", "b.example"}}}};
  EXPECT_EQ(format_value("mx.example", results),
            " mx.example;\r\n spf=pass smtp.mailfrom=a@b.example;\r\n"
            " dkim=fail (2048-bit key) reason=\"body has changed\" header.d=b.example");
  EXPECT_EQ(format_results(results),
            "spf=pass smtp.mailfrom=a@b.example; dkim=fail (2048-bit key) "
            "reason=\"body has changed\" header.d=b.example");
}

TEST(Format, says_none_where_nothing_was_judged) {
  EXPECT_EQ(format_value("mx.example", {}), " mx.example; none");
  EXPECT_EQ(format_results({}), "none");
}

TEST(Format, lets_nothing_end_a_value_or_the_field) {
  const auto text = format_value(
      "mx.example", {{"spf", "fail", "a) b", "say \"x\"\r\nEvil: y", {{"smtp", "helo", "x; dmarc=pass"}}}});
  EXPECT_EQ(
      text,
      " mx.example;\r\n spf=fail (a\\) b) reason=\"say \\\"x\\\"  Evil: y\" smtp.helo=\"x; dmarc=pass\"");
}

TEST(Format, keeps_every_line_below_998_octets_and_every_octet_utf8) {
  const std::string long_text(5'000, '\xc3');
  const auto text =
      format_value("mx.example", {{"spf", "fail", long_text, long_text, {{"smtp", "helo", long_text}}}});
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find("\r\n", at), text.size());
    EXPECT_LT(end - at, 998U);
    at = end + 2;
  }
  EXPECT_EQ(text.find('\xc3'), std::string::npos);
}

}  // namespace
}  // namespace scop::auth_results
