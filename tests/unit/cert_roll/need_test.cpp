#include "cert_roll/need.hpp"

#include <gtest/gtest.h>

namespace scop::cert_roll {
namespace {

using std::chrono::days;

const Time now{days(20'000)};

Held ninety_days() {
  return {.not_before = now - days(10),
          .not_after = now + days(80),
          .names = {"mail.example.org", "example.org"},
          .key_type = "ecdsa-p256",
          .is_self_signed = false,
          .key_since = now - days(10)};
}

Wanted wanted() {
  return {.names = {"mail.example.org"}, .key_type = "ecdsa-p256", .renew_before = {}, .new_key_every = {}};
}

TEST(CertRollNeed, AFreshCertificateStays) {
  const auto need = what_is_needed(ninety_days(), wanted(), now);
  EXPECT_FALSE(need.certificate);
  EXPECT_FALSE(need.key);
}

TEST(CertRollNeed, OneThirdBeforeItsEndItIsDue) {
  EXPECT_FALSE(what_is_needed(ninety_days(), wanted(), now + days(49)).certificate);
  const auto need = what_is_needed(ninety_days(), wanted(), now + days(51));
  EXPECT_TRUE(need.certificate);
  EXPECT_FALSE(need.key) << "a renewal keeps the key, so that TLSA records stay true";
  EXPECT_EQ(need.reason, "it is due");
}

TEST(CertRollNeed, WhatTheAdministratorAsksForStaysWithinTheLifetime) {
  const auto from = now;
  const auto until = now + days(6);  // a short-lived certificate
  EXPECT_EQ(renewal_time(from, until, {}), now + days(4));
  EXPECT_EQ(renewal_time(from, until, days(30)), now + days(3))
      << "thirty days before its end it was not yet made";
  EXPECT_EQ(renewal_time(from, until, std::chrono::hours(1)), now + days(5));
  EXPECT_EQ(renewal_time(until, from, {}), from) << "a certificate that ends before it begins is due";
}

TEST(CertRollNeed, AnotherNameSelfSignedOrNoneNeedsANewOne) {
  auto more = wanted();
  more.names.push_back("imap.example.org");
  EXPECT_TRUE(what_is_needed(ninety_days(), more, now).certificate);
  auto trial = ninety_days();
  trial.is_self_signed = true;
  const auto need = what_is_needed(trial, wanted(), now);
  EXPECT_TRUE(need.certificate);
  EXPECT_FALSE(need.key) << "the first real certificate is for the key that is published already";
  EXPECT_TRUE(what_is_needed(std::nullopt, wanted(), now).certificate);
}

TEST(CertRollNeed, AnotherKeyTypeOrAnOldKeyNeedsAKey) {
  auto rsa = wanted();
  rsa.key_type = "rsa-2048";
  EXPECT_TRUE(what_is_needed(ninety_days(), rsa, now).key);
  EXPECT_TRUE(what_is_needed(ninety_days(), rsa, now).certificate);
  auto yearly = wanted();
  yearly.new_key_every = days(30);
  EXPECT_FALSE(what_is_needed(ninety_days(), yearly, now + days(19)).key);
  const auto need = what_is_needed(ninety_days(), yearly, now + days(20));
  EXPECT_TRUE(need.key && need.certificate);
}

}  // namespace
}  // namespace scop::cert_roll
