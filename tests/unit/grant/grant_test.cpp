#include "grant/grant.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include "grant/keys.hpp"
#include "scop/v1/accounts.pb.h"

namespace scop::grant {
namespace {

using namespace std::chrono_literals;

const auto noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + 12h;

Grant an_example() {
  return {.login = "ann@example.org",
          .send_as = {"ann@example.org", "ann+*@example.org"},
          .expires = noon + 15min,
          .edge = "submission"};
}

TEST(Grant, comes_back_as_it_was_signed) {
  const auto keys = make_keys();
  const auto read = verify(sign(an_example(), keys.secret_key), keys.public_key, "submission", noon);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, an_example());
}

TEST(Grant, of_another_key_is_denied) {
  const auto read =
      verify(sign(an_example(), make_keys().secret_key), make_keys().public_key, "submission", noon);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::denied);
}

TEST(Grant, is_void_from_its_expiry_on) {
  const auto keys = make_keys();
  const auto octets = sign(an_example(), keys.secret_key);
  EXPECT_TRUE(verify(octets, keys.public_key, "submission", noon + 15min - 1ms));
  EXPECT_FALSE(verify(octets, keys.public_key, "submission", noon + 15min));
}

TEST(Grant, is_void_in_the_hands_of_another_daemon) {
  const auto keys = make_keys();
  EXPECT_FALSE(verify(sign(an_example(), keys.secret_key), keys.public_key, "receiver", noon));
}

TEST(Grant, with_any_bit_changed_is_refused) {
  const auto keys = make_keys();
  const auto octets = sign(an_example(), keys.secret_key);
  for (std::size_t i = 0; i < octets.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = octets;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(verify(changed, keys.public_key, "submission", noon)) << "octet " << i << " bit " << bit;
    }
  }
}

TEST(Grant, signed_without_the_context_is_refused) {
  // A signature over the bare message, as another use of the key might make it.
  const auto keys = make_keys();
  v1::SignedGrant message;
  ASSERT_TRUE(message.ParseFromString(sign(an_example(), keys.secret_key)));
  std::string signature(crypto_sign_BYTES, '\0');
  const auto octets = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, octets(message.grant()),
                       message.grant().size(), octets(keys.secret_key.reveal()));
  message.set_signature(signature);
  EXPECT_FALSE(verify(message.SerializeAsString(), keys.public_key, "submission", noon));
  message.clear_signature();
  EXPECT_FALSE(verify(message.SerializeAsString(), keys.public_key, "submission", noon));
}

TEST(Grant, refuses_octets_that_are_none) {
  const auto keys = make_keys();
  EXPECT_FALSE(verify("", keys.public_key, "submission", noon));
  EXPECT_FALSE(verify("garbage", keys.public_key, "submission", noon));
  EXPECT_FALSE(verify(std::string(most_octets + 1, 'a'), keys.public_key, "submission", noon));
  EXPECT_FALSE(verify(sign(an_example(), keys.secret_key), "short", "submission", noon));
}

TEST(GrantKeys, survive_their_files) {
  const auto keys = make_keys();
  const auto secret_key = secret_key_from_file(to_file(keys.secret_key).reveal());
  const auto public_key = public_key_from_file(to_file(keys.public_key));
  ASSERT_TRUE(secret_key);
  ASSERT_TRUE(public_key);
  EXPECT_EQ(secret_key->reveal(), keys.secret_key.reveal());
  EXPECT_EQ(*public_key, keys.public_key);
  EXPECT_EQ(public_key_of(*secret_key), keys.public_key);
  EXPECT_FALSE(secret_key_from_file(to_file(keys.public_key)));
  EXPECT_FALSE(public_key_from_file("not base64"));
}

}  // namespace
}  // namespace scop::grant
