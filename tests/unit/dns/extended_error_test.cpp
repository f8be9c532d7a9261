#include "dns/extended_error.hpp"

#include <gtest/gtest.h>

namespace scop::dns {
namespace {

TEST(ExtendedError, FirstCauseInTheLibrarysWordsCounts) {
  EXPECT_EQ(code_of_bogus("validation failure <a.test. A IN>: signature expired from 192.0.2.1"),
            InfoCode::signature_expired);
  EXPECT_EQ(code_of_bogus(
                "validation failure <a. A IN>: No DNSKEY record for key a. while building chain of trust"),
            InfoCode::dnskey_missing);
  EXPECT_EQ(code_of_bogus(
                "validation failure <a. A IN>: signature before inception date for <a. A IN> no signatures"),
            InfoCode::signature_not_yet_valid);
  EXPECT_EQ(code_of_bogus("validation failure <a. A IN>: no signatures from 1.2.3.4"),
            InfoCode::rrsigs_missing);
  EXPECT_EQ(code_of_bogus("validation failure <a. A IN>: nodata proof failed"), InfoCode::dnssec_bogus);
  EXPECT_EQ(code_of_bogus(""), InfoCode::dnssec_bogus);
}

TEST(ExtendedError, FailuresAreOfTheNetworkOrOfTheServers) {
  EXPECT_EQ(code_of_failure("all servers for this domain failed, at zone a. upstream server timeout"),
            InfoCode::no_reachable_authority);
  EXPECT_EQ(code_of_failure("all servers for this domain failed, at zone a. from 192.0.2.1 got REFUSED"),
            InfoCode::no_reachable_authority);
  EXPECT_EQ(code_of_failure("timed out"), InfoCode::no_reachable_authority);
  EXPECT_EQ(code_of_failure("misc failure"), InfoCode::other);
}

TEST(ExtendedError, CauseIsOneHarmlessLine) {
  EXPECT_EQ(cause_in("validation failure <a.test. A IN>: signature expired from 192.0.2.1 ", 100),
            "signature expired from 192.0.2.1");
  EXPECT_EQ(cause_in("SERVFAIL <a.test. A IN>: misc failure", 100), "misc failure");
  EXPECT_EQ(cause_in("a\r\nb\x80", 100), "a??b?");
  EXPECT_EQ(cause_in("abcdef", 3), "abc");
}

TEST(ExtendedError, HasTheRegistrysName) {
  EXPECT_EQ(name_of(InfoCode::dnssec_bogus), "DNSSEC Bogus");
  EXPECT_EQ(name_of(static_cast<InfoCode>(77)), "Extended DNS Error 77");
}

}  // namespace
}  // namespace scop::dns
