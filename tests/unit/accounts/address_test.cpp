#include "accounts/address.hpp"

#include <gtest/gtest.h>

namespace scop::accounts {
namespace {

TEST(AccountsAddress, has_one_spelling) {
  EXPECT_EQ(read_address("Ann@Example.ORG"), (Address{"ann", "example.org"}));
  EXPECT_EQ(read_address("\"ann\"@example.org"), (Address{"ann", "example.org"}));
  EXPECT_EQ(read_address("\"a\\nn\\\\\"@example.org"), (Address{"ann\\", "example.org"}));
  EXPECT_EQ(read_address("a@b@example.org"), (Address{"a@b", "example.org"}));
  EXPECT_EQ(read_address("j\xc3\xbcrgen@B\xc3\xbc"
                         "cher.example"),
            (Address{"j\xc3\xbcrgen", "xn--bcher-kva.example"}));
  for (const auto* text : {"", "ann", "a@\xff\xfe", "@example.org", "ann@", "\"\"@example.org"})
    EXPECT_FALSE(read_address(text)) << text;
}

TEST(AccountsAddress, login_without_a_domain_is_of_the_meshs_own) {
  EXPECT_EQ(canonical_login(" Ann ", "example.org"), "ann@example.org");
  EXPECT_EQ(canonical_login("Ann@Other.org", "example.org"), "ann@other.org");
  EXPECT_EQ(canonical_login("Ann@b\xc3\xbc"
                            "cher.example",
                            "example.org"),
            "ann@xn--bcher-kva.example");
  EXPECT_EQ(canonical_login("", "example.org"), "");
}

TEST(AccountsAddress, names_to_be_stored_are_checked) {
  for (const auto* local : {"ann", "ann.smith", "j\xc3\xbcrgen", "a-b_c"})
    EXPECT_EQ(objection_to_local(local), "") << local;
  for (const auto* local : {"", "a..b", ".a", "a b", "a@b", "a,b", "\"a\"", "a\x01", "\xff", "<a>"})
    EXPECT_NE(objection_to_local(local), "") << local;
  EXPECT_NE(objection_to_local("a*"), "") << "in a grant it would stand for every a…";
  EXPECT_NE(objection_to_local(std::string(65, 'a')), "");
  for (const auto* domain : {"example.org", "localhost", "xn--bcher-kva.example"})
    EXPECT_EQ(objection_to_domain(domain), "") << domain;
  for (const auto* domain : {"", "a..b", "-a.b", "a-.b", "a b", "a/b", "[1.2.3.4]", ".", "a.",
                             "b\xc3\xbc"
                             "cher.example"})
    EXPECT_NE(objection_to_domain(domain), "") << domain;
}

}  // namespace
}  // namespace scop::accounts
