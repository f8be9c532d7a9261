#include "signer/publisher.hpp"

#include <gtest/gtest.h>

#include "dns/rdata.hpp"

namespace scop::signer {
namespace {

const std::string rsa = "v=DKIM1; k=rsa; h=sha256; p=MIIB";
const std::string revoked = "v=DKIM1; k=ed25519; p=";

bool same(const std::string& there, const std::string& wanted) {
  return says_the_same({dns::txt_to_rdata(there)}, wanted);
}

TEST(SaysTheSame, knows_our_own_record_in_any_pieces) {
  EXPECT_TRUE(same(rsa, rsa));
  EXPECT_TRUE(says_the_same({std::string("\x08v=DKIM1;\x18 k=rsa; h=sha256; p=MIIB", 34)}, rsa));
}

TEST(SaysTheSame, takes_a_record_that_a_person_wrote_another_way) {
  EXPECT_TRUE(same("v=DKIM1;p=MII B", rsa));
  EXPECT_TRUE(same("v=DKIM1; p=", revoked));
}

TEST(SaysTheSame, refuses_what_would_not_verify) {
  for (const auto* there :
       {"v=DKIM1; k=rsa; p=MIIC", "v=DKIM1; k=rsa; t=y; p=MIIB", "v=DKIM1; k=rsa; h=sha1; p=MIIB",
        "v=DKIM1; s=tlsrpt; p=MIIB", "v=DKIM1; k=ed25519; p=MIIB", "v=DKIM1; p=", "hello"}) {
    EXPECT_FALSE(same(there, rsa)) << there;
  }
  EXPECT_FALSE(says_the_same({dns::txt_to_rdata(rsa), dns::txt_to_rdata("more")}, rsa));
  EXPECT_FALSE(same(rsa, revoked));
}

TEST(SaysTheSame, nothing_is_nothing) {
  EXPECT_TRUE(says_the_same({}, ""));
  EXPECT_FALSE(same(rsa, ""));
  EXPECT_FALSE(says_the_same({}, rsa));
}

}  // namespace
}  // namespace scop::signer
