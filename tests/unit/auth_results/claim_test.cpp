#include "auth_results/claim.hpp"

#include <gtest/gtest.h>

namespace scop::auth_results {
namespace {

constexpr std::string_view ours = "mx.example.org";

TEST(Claim, sees_our_id_in_every_spelling) {
  for (const auto* value :
       {" mx.example.org; dmarc=pass", "mx.example.org;dmarc=pass", " MX.Example.ORG; none",
        " mx.example.org 1; spf=pass", " (we) mx.example.org (are (nested)) 1 (x) ; spf=pass",
        "\r\n mx.example.org\r\n ; spf=pass", " \"mx.example.org\"; spf=pass",
        " \"\\m\\x.example.org\"; spf=pass", " mx.example.org.; spf=pass", " mx.example.org",
        "\tmx.example.org\t;\tspf=pass", " mx.example.org/1; spf=pass",
        " (never closed mx.example.org; dmarc=pass", " m(x)x.example.org mx.example.org; dmarc=pass",
        " =?utf-8?q?mx.example.org?=; dmarc=pass", " mx.example.org, x; dmarc=pass",
        " mx.exam\x01ple.org; dmarc=pass", " <mx.example.org>; dmarc=pass"}) {
    EXPECT_TRUE(claims(value, ours)) << value;
  }
}

TEST(Claim, leaves_others_fields_alone) {
  for (const auto* value :
       {" mx.example.com; dmarc=pass", " notmx.example.org; spf=pass", " example.org; spf=pass",
        " mx.example.org.evil.example; spf=pass", " other.example (for mx.example.org); spf=pass",
        " other.example; spf=pass smtp.helo=mx.example.org", "", " ; none",
        " other.example; dkim=pass reason=\"mx.example.org\""}) {
    EXPECT_FALSE(claims(value, ours)) << value;
  }
}

TEST(Claim, knows_a_labels_and_u_labels_as_one) {
  EXPECT_TRUE(claims(" xn--bcher-kva.example; spf=pass",
                     "b\xc3\xbc"
                     "cher.example"));
  EXPECT_TRUE(
      claims(" B\xc3\x9c"
             "CHER.example; spf=pass",
             "xn--bcher-kva.example"));
  EXPECT_FALSE(claims(" bucher.example; spf=pass", "xn--bcher-kva.example"));
}

TEST(Claim, finds_the_fields_by_index_whatever_the_case_of_their_name) {
  const std::string_view text =
      "Received: x\r\nAUTHENTICATION-RESULTS: mx.example.org; dmarc=pass\r\n"
      "Authentication-Results: other.example; dmarc=pass\r\nauthentication-results : mx.example.org 1;\r\n "
      "spf=pass\r\n"
      "ARC-Authentication-Results: i=1; mx.example.org; spf=pass\r\n\r\n";
  const auto header = message::parse_header(text).value();
  const std::vector<std::string> ids{"mx.example.org"};
  EXPECT_EQ(claiming_fields(header, ids), (std::vector<std::uint32_t>{1, 3}));
}

}  // namespace
}  // namespace scop::auth_results
