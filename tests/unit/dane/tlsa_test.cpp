#include "dane/tlsa.hpp"

#include <gtest/gtest.h>

#include "certificates.hpp"
#include "core/base64.hpp"

namespace scop::dane {
namespace {

const std::string leaf_key_sha256 = "17f4f27df992ad587ba7aecea45ba0bd204ba128c58348e488694e3125f63607";
const std::string leaf_key_sha512 =
    "86220c380830d4d4cf44a238d1ab9f0d11c9913b1b05bd029d352e6245354ac064641e3b3730713ab1db6de54e583262f87c8040"
    "1296a1d045dea1a5cf2e7ad0";
const std::string leaf_sha256 = "546f5c8ec889f4ce2507c156a5ae655f7a0ad7458bbe4efc3da5ed37c6d5561e";
const std::string leaf_key =
    "3059301306072a8648ce3d020106082a8648ce3d030107034200045e1de4dbe229b94e6006bc409396491f571cdabc8d61a7900f"
    "2d"
    "6b8e7ac1a562b7e145222a7cbe1ae47950e17953af16ec09efb0209fd604d22dde917184619a";
const std::string authority_sha256 = "5c74afe06e32d320feae5a48d434237f3b9a4142e2369241e427292837e631eb";
const std::string authority_key_sha256 = "c29e13751571ffd135bab49f525df4931209f549f316ae93a64bbf2d536d6d36";

std::string text_of(std::uint8_t usage, std::uint8_t selector, std::uint8_t matching) {
  const auto record = tlsa_of(example::leaf + example::authority, usage, selector, matching);
  return record ? to_text(*record) : record.error().what;
}

TEST(Tlsa, IsWhatOpensslComputes) {
  EXPECT_EQ(text_of(3, 1, 1), "3 1 1 " + leaf_key_sha256);
  EXPECT_EQ(text_of(3, 1, 2), "3 1 2 " + leaf_key_sha512);
  EXPECT_EQ(text_of(3, 1, 0), "3 1 0 " + leaf_key);
  EXPECT_EQ(text_of(3, 0, 1), "3 0 1 " + leaf_sha256);
  EXPECT_EQ(to_text(*tlsa_of(example::authority, 2, 0, 1)), "2 0 1 " + authority_sha256);
  EXPECT_EQ(to_text(*tlsa_of(example::authority, 2, 1, 1)), "2 1 1 " + authority_key_sha256);
}

TEST(Tlsa, OfAKeyIsThatOfItsCertificate) {
  EXPECT_EQ(*tlsa_of_key(example::leaf_public_key, 3, 1), *tlsa_of(example::leaf, 3, 1, 1));
  EXPECT_EQ(*tlsa_of_key(example::leaf_public_key, 3, 2), *tlsa_of(example::leaf, 3, 1, 2));
  EXPECT_EQ(tlsa_of_key(example::leaf, 3, 1).error().kind, ErrorKind::malformed);
}

TEST(Tlsa, IsNotComputedFromWhatIsNoCertificate) {
  EXPECT_EQ(tlsa_of("", 3, 1, 1).error().kind, ErrorKind::malformed);
  EXPECT_EQ(tlsa_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 3, 1, 1).error().kind,
            ErrorKind::malformed);
  EXPECT_EQ(tlsa_of(std::string(300'000, 'x'), 3, 1, 1).error().kind, ErrorKind::too_large);
}

TEST(Tlsa, OfUnknownParametersIsNotComputed) {
  EXPECT_EQ(tlsa_of(example::leaf, 4, 1, 1).error().kind, ErrorKind::unsupported);
  EXPECT_EQ(tlsa_of(example::leaf, 3, 2, 1).error().kind, ErrorKind::unsupported);
  EXPECT_EQ(tlsa_of(example::leaf, 3, 1, 3).error().kind, ErrorKind::unsupported);
}

TEST(Tlsa, MatchesTheLeafByUsage3AndWhatStandsBehindItByUsage2) {
  const auto chain = example::leaf + example::authority;
  for (const std::string& good :
       {"3 1 1 " + leaf_key_sha256, "3 0 1 " + leaf_sha256, "1 1 1 " + leaf_key_sha256,
        "2 0 1 " + authority_sha256, "2 1 1 " + authority_key_sha256}) {
    EXPECT_TRUE(*matches(*tlsa_from_text(good), chain)) << good;
  }
  for (const std::string& bad :
       {"3 1 1 " + authority_key_sha256, "2 1 1 " + leaf_key_sha256, "3 0 1 " + leaf_key_sha256,
        "3 1 2 " + leaf_key_sha256, "4 1 1 " + leaf_key_sha256, "3 1 1 " + leaf_key_sha256.substr(2)}) {
    EXPECT_FALSE(*matches(*tlsa_from_text(bad), chain)) << bad;
  }
  EXPECT_FALSE(*matches(*tlsa_from_text("2 0 1 " + authority_sha256), example::leaf));
}

TEST(Tlsa, IsReadFromItsText) {
  EXPECT_EQ(to_text(*tlsa_from_text("3 1 1 AB12")), "3 1 1 ab12");
  for (const auto* bad :
       {"", "3 1 1", "3 1 1 ", "3 1 1 abc", "3 1 256 ab", "3 1 -1 ab", "3 1 1 ab cd", "x 1 1 ab"})
    EXPECT_FALSE(tlsa_from_text(bad)) << bad;
}

}  // namespace
}  // namespace scop::dane
