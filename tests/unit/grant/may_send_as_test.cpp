#include <gtest/gtest.h>

#include "grant/grant.hpp"

namespace scop::grant {
namespace {

bool may(std::string pattern, std::string_view address) {
  return may_send_as(Grant{.login = "ann@example.org", .send_as = {std::move(pattern)}}, address);
}

TEST(MaySendAs, the_exact_address_without_regard_to_case) {
  EXPECT_TRUE(may("ann@example.org", "ann@example.org"));
  EXPECT_TRUE(may("ann@example.org", "Ann@EXAMPLE.org"));
  EXPECT_FALSE(may("ann@example.org", "ann@example.com"));
  EXPECT_FALSE(may("ann@example.org", "anna@example.org"));
  EXPECT_FALSE(may("ann@example.org", "ann+x@example.org"));
  EXPECT_FALSE(may("ann@example.org", "ann@sub.example.org"));
}

TEST(MaySendAs, subaddresses_of_a_star) {
  EXPECT_TRUE(may("ann+*@example.org", "ann+lists@example.org"));
  EXPECT_TRUE(may("ann+*@example.org", "ANN+Lists.2026@Example.Org"));
  EXPECT_FALSE(may("ann+*@example.org", "ann@example.org"));
  EXPECT_FALSE(may("ann+*@example.org", "ann+@example.org"));
  EXPECT_FALSE(may("ann+*@example.org", "bob+lists@example.org"));
  EXPECT_FALSE(may("ann+*@example.org", "ann+x@evil.test"));
}

TEST(MaySendAs, no_subaddress_that_another_parser_reads_differently) {
  EXPECT_FALSE(may("ann+*@example.org", "ann+x@evil.test,bob@example.org"));
  EXPECT_FALSE(may("ann+*@example.org", "ann+<bob@example.org"));
  EXPECT_FALSE(may("ann+*@example.org", "ann+\"x\"@example.org"));
  EXPECT_FALSE(may("ann+*@example.org", "ann+a b@example.org"));
  EXPECT_FALSE(may("ann+*@example.org", std::string("ann+a\0b@example.org", 19)));
}

TEST(MaySendAs, every_address_of_a_granted_domain) {
  EXPECT_TRUE(may("@example.org", "anyone@example.org"));
  EXPECT_FALSE(may("@example.org", "anyone@example.com"));
  EXPECT_FALSE(may("@example.org", "@example.org"));
  EXPECT_FALSE(may("@example.org", "bob@evil.test,ann@example.org"));
  EXPECT_FALSE(may("@", "anyone@"));
}

TEST(MaySendAs, a_domain_in_either_of_its_forms) {
  EXPECT_TRUE(may("ann@xn--bcher-kva.example",
                  "ann@B\xc3\xbc"
                  "cher.example"));
  EXPECT_TRUE(
      may("ann@b\xc3\xbc"
          "cher.example",
          "ann@xn--bcher-kva.example"));
  EXPECT_FALSE(may("ann@xn--bcher-kva.example", "ann@bucher.example"));
  EXPECT_FALSE(may("ann@xn--bcher-kva.example", "ann@\xff.example"));
}

TEST(MaySendAs, nothing_from_a_pattern_or_address_out_of_shape) {
  EXPECT_FALSE(may("", ""));
  EXPECT_FALSE(may("*", "ann@example.org"));
  EXPECT_FALSE(may("ann", "ann"));
  EXPECT_FALSE(may("ann@example.org", ""));
  EXPECT_FALSE(may("ann@example.org", "ann"));
  EXPECT_TRUE(may("*@example.org", "*@example.org"));  // a lone star is a local part, not a pattern
  EXPECT_FALSE(may("*@example.org", "ann@example.org"));
}

}  // namespace
}  // namespace scop::grant
