#include "cert_roll/retry.hpp"

#include <gtest/gtest.h>

namespace scop::cert_roll {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(CertRollRetry, RefusalsDoubleUpToADay) {
  EXPECT_EQ(retry_after(Refusal::refused, 1, minutes(10)), minutes(10));
  EXPECT_EQ(retry_after(Refusal::refused, 2, minutes(10)), minutes(20));
  EXPECT_EQ(retry_after(Refusal::refused, 4, minutes(10)), minutes(80));
  EXPECT_EQ(retry_after(Refusal::refused, 4'000'000'000U, minutes(10)), hours(24));
}

TEST(CertRollRetry, ASilentServerIsAskedAgainWithinTheHour) {
  EXPECT_EQ(retry_after(Refusal::unreachable, 10, minutes(10)), hours(1));
}

TEST(CertRollRetry, ARateLimitIsWaitedForSixHoursAtLeast) {
  EXPECT_EQ(retry_after(Refusal::rate_limited, 1, minutes(10)), hours(6));
  EXPECT_EQ(retry_after(Refusal::rate_limited, 20, minutes(10)), hours(24));
}

TEST(CertRollRetry, TheClientsWordsTellWhichItIs) {
  EXPECT_EQ(refusal_in("uacme: the server reported the following "
                       "error:\n{\"type\":\"urn:ietf:params:acme:error:rateLimited\"}"),
            Refusal::rate_limited);
  EXPECT_EQ(refusal_in("{\"type\": \"urn:ietf:params:acme:error:unauthorized\", \"detail\": \"\"}"),
            Refusal::refused);
  EXPECT_EQ(refusal_in("uacme: acme_get: curl_get failed: Could not connect to server"),
            Refusal::unreachable);
}

}  // namespace
}  // namespace scop::cert_roll
