#include "credentials/password.hpp"

#include <gtest/gtest.h>

#include <set>

#include "credentials/app_password.hpp"

namespace scop::credentials {
namespace {

constexpr Cost cheap{.memory = 1U << 20U, .passes = 1};

TEST(Password, fits_its_own_hash_alone) {
  const auto hash = hash_password("correct horse", cheap);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$"));
  EXPECT_TRUE(fits_password(*hash, "correct horse"));
  EXPECT_FALSE(fits_password(*hash, "correct hors"));
  EXPECT_FALSE(fits_password(*hash, ""));
  EXPECT_NE(*hash, *hash_password("correct horse", cheap)) << "salted";
}

TEST(Password, never_fits_what_is_no_hash) {
  EXPECT_FALSE(fits_password("", "x"));
  EXPECT_FALSE(fits_password("plain", "plain"));
  EXPECT_FALSE(fits_password(std::string(1000, '$'), "x"));
}

TEST(Password, is_outdated_when_the_cost_changes) {
  const auto hash = hash_password("correct horse", cheap);
  EXPECT_FALSE(is_outdated(*hash, cheap));
  EXPECT_TRUE(is_outdated(*hash, Cost{.memory = 2U << 20U, .passes = 1}));
}

TEST(Password, dummy_hash_is_of_the_same_cost_and_of_no_password) {
  const auto dummy = dummy_hash(cheap);
  EXPECT_FALSE(is_outdated(dummy, cheap)) << "libsodium reads it as one of its own: " << dummy;
  EXPECT_FALSE(fits_password(dummy, ""));
  EXPECT_FALSE(fits_password(dummy, "correct horse"));
  EXPECT_EQ(dummy.size(), hash_password("x", cheap)->size());
}

TEST(Password, objections_tell_what_to_do) {
  EXPECT_EQ(objection_to("eight oc"), "");
  EXPECT_NE(objection_to("seven o"), "");
  EXPECT_NE(objection_to(std::string(1025, 'x')), "");
  EXPECT_NE(objection_to(std::string_view("with\0nul", 8)), "");
  EXPECT_NE(objection_to("with\nline end"), "");
  EXPECT_NE(objection_to("\xff\xfe latin"), "");
  EXPECT_NE(objection_to(make_app_password().reveal()), "") << "it would be checked as an app password";
}

TEST(AppPassword, has_its_form_and_enough_chance) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto password = make_app_password();
    EXPECT_TRUE(is_app_password(password.reveal()));
    seen.emplace(password.reveal());
  }
  EXPECT_EQ(seen.size(), 1000U);
  // 25 signs of 32: 125 bits.
  std::set<char> signs;
  for (const auto& one : seen) signs.insert(one.begin(), one.end());
  EXPECT_EQ(signs.size(), 33U) << "32 and the hyphen";
}

TEST(AppPassword, is_told_from_other_passwords) {
  EXPECT_FALSE(is_app_password(""));
  EXPECT_FALSE(is_app_password("k2jq9-x7w3m-pd5tn-zc4hv-r8fy"));
  EXPECT_FALSE(is_app_password("k2jq9-x7w3m-pd5tn-zc4hv-r8fy61"));
  EXPECT_FALSE(is_app_password("K2jq9-x7w3m-pd5tn-zc4hv-r8fy6"));
  EXPECT_FALSE(is_app_password("k2jq9xx7w3m-pd5tn-zc4hv-r8fy6"));
  EXPECT_TRUE(is_app_password("k2jq9-x7w3m-pd5tn-zc4hv-r8fy6"));
}

TEST(AppPassword, keys_depend_on_password_and_salt) {
  const auto keys = app_password_keys("k2jq9-x7w3m-pd5tn-zc4hv-r8fy6", "salt");
  EXPECT_EQ(keys, app_password_keys("k2jq9-x7w3m-pd5tn-zc4hv-r8fy6", "salt"));
  EXPECT_NE(keys, app_password_keys("k2jq9-x7w3m-pd5tn-zc4hv-r8fy6", "other"));
  EXPECT_NE(keys, app_password_keys("k2jq9-x7w3m-pd5tn-zc4hv-r8fy7", "salt"));
}

}  // namespace
}  // namespace scop::credentials
