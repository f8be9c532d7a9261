#include "dkim/key_record.hpp"

#include <gtest/gtest.h>

namespace scop::dkim {
namespace {

TEST(KeyRecord, has_the_defaults_of_rfc_6376_3_6_1) {
  const auto record = parse_key_record("p=Zm9v");
  ASSERT_TRUE(record);
  EXPECT_EQ(*record, (KeyRecord{KeyType::rsa, "foo", {Hash::sha1, Hash::sha256}, true, false, false}));
}

TEST(KeyRecord, reads_every_tag_and_skips_unknown_ones) {
  const auto record =
      parse_key_record("v=DKIM1; k=ed25519; h=sha256 : sha512; s=email; t=y : s; n=note; x=1; p=Zm 9v");
  ASSERT_TRUE(record);
  EXPECT_EQ(*record, (KeyRecord{KeyType::ed25519, "foo", {Hash::sha256}, true, true, true}));
  EXPECT_FALSE(parse_key_record("s=other; p=Zm9v")->for_email);
  EXPECT_TRUE(parse_key_record("h=sha0; p=Zm9v")->hashes.empty());
}

TEST(KeyRecord, knows_a_revoked_key) { EXPECT_TRUE(parse_key_record("v=DKIM1; p=")->public_key.empty()); }

TEST(KeyRecord, refuses_other_versions_and_broken_keys) {
  for (const auto* text : {"", "v=DKIM2; p=Zm9v", "p=Zm9v; v=DKIM1", "v=DKIM1", "k=rsa; p=Zm9",
                           "p=Zm9v; p=Zm9v", "v=spf1 -all"}) {
    EXPECT_FALSE(parse_key_record(text)) << text;
  }
  EXPECT_EQ(parse_key_record("k=dsa; p=Zm9v").error().kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace scop::dkim
