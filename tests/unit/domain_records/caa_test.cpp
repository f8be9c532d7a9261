#include "domain_records/caa.hpp"

#include <gtest/gtest.h>

namespace scop::domain_records {
namespace {

TEST(Caa, text_becomes_octets_and_back) {
  const auto caa = caa_from_text("Issue letsencrypt.org; accounturi=https://acme.example/acct/1");
  ASSERT_TRUE(caa) << caa.error().what;
  EXPECT_EQ(to_text(*caa), "0 issue \"letsencrypt.org; accounturi=https://acme.example/acct/1\"");
  EXPECT_EQ(issuer_of(*caa), "letsencrypt.org");
  const auto rdata = to_rdata(*caa).value();
  EXPECT_EQ(rdata.substr(0, 9), std::string("\0\5issuele", 9));
  EXPECT_EQ(read_caa(rdata).value(), *caa);
  EXPECT_EQ(to_text(caa_from_text("128 issuewild \";\"").value()), "128 issuewild \";\"");
}

TEST(Caa, what_is_none_is_refused) {
  for (const auto* text : {"", "issue", "letsencrypt.org", "issue ", "300 issue a", "is-sue a"})
    EXPECT_FALSE(caa_from_text(text)) << text;
  for (const auto& rdata : {std::string(), std::string(1, '\0'), std::string("\0\0", 2),
                            std::string("\0\5iss", 5), std::string("\0\3i-s", 5)})
    EXPECT_FALSE(read_caa(rdata));
}

}  // namespace
}  // namespace scop::domain_records
