#include "dkim/key.hpp"

#include <gtest/gtest.h>

#include "dkim/digest.hpp"
#include "dkim/key_record.hpp"
#include "dkim/public_key.hpp"

namespace scop::dkim {
namespace {

std::string digest_of(std::string_view text) {
  Digest digest(Hash::sha256);
  digest.update(text);
  return digest.finish();
}

TEST(DkimKey, signs_what_its_own_record_verifies) {
  for (const auto type : {KeyType::rsa, KeyType::ed25519}) {
    auto made = DkimKey::generate(type);
    ASSERT_TRUE(made);
    auto key = DkimKey::from_pem(made->to_pem().reveal());
    ASSERT_TRUE(key);
    EXPECT_EQ(key->record(), made->record());
    const auto record = parse_key_record(key->record());
    ASSERT_TRUE(record);
    EXPECT_EQ(record->type, type);
    const auto verifying = PublicKey::from_octets(type, record->public_key);
    ASSERT_TRUE(verifying);
    EXPECT_EQ(verifying->bits(), key->bits());
    for (int i = 0; i < 3; ++i) {  // the prepared key is used again
      const auto digest = digest_of(std::to_string(i));
      const auto signature = key->sign(digest);
      ASSERT_TRUE(signature);
      EXPECT_TRUE(verifying->verifies(Hash::sha256, digest, *signature));
      EXPECT_FALSE(verifying->verifies(Hash::sha256, digest_of("other"), *signature));
      EXPECT_FALSE(verifying->verifies(Hash::sha256, digest, ""));
    }
  }
}

TEST(DkimKey, refuses_what_is_no_key_of_ours) {
  EXPECT_EQ(DkimKey::from_pem("").error().kind, ErrorKind::malformed);
  EXPECT_EQ(DkimKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").error().kind,
            ErrorKind::malformed);
  EXPECT_EQ(DkimKey::generate(KeyType::rsa, 512).error().kind, ErrorKind::unsupported);
}

TEST(DkimKey, signs_digests_alone) {
  EXPECT_FALSE(DkimKey::generate(KeyType::ed25519)->sign("not a digest"));
}

TEST(PublicKey, refuses_octets_of_another_type) {
  const auto ed25519 = parse_key_record(DkimKey::generate(KeyType::ed25519)->record())->public_key;
  const auto rsa = parse_key_record(DkimKey::generate(KeyType::rsa)->record())->public_key;
  EXPECT_FALSE(PublicKey::from_octets(KeyType::rsa, ed25519));
  EXPECT_FALSE(PublicKey::from_octets(KeyType::ed25519, rsa));
  EXPECT_FALSE(PublicKey::from_octets(KeyType::ed25519, ""));
  EXPECT_FALSE(PublicKey::from_octets(KeyType::rsa, std::string(20'000, '\x30')));
}

}  // namespace
}  // namespace scop::dkim
