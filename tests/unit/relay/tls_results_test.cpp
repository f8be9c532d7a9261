#include "relay/tls_results.hpp"

#include <gtest/gtest.h>

namespace scop::relay {
namespace {

v1::TlsSession session(const std::string& failure = {}) {
  v1::TlsSession one;
  one.set_policy_type(v1::TlsSession::STS);
  one.set_policy_domain("There.Example");
  one.add_policy_strings("version: STSv1");
  one.add_mx_patterns("*.there.example");
  one.set_failure(failure);
  one.set_mx_host("mx.there.example");
  one.set_mx_helo("mx");
  one.set_receiving_address("192.0.2.7");
  one.set_sending_address("198.51.100.1");
  one.set_reason("why");
  return one;
}

v1::AttemptReport report_of(const std::vector<v1::TlsSession>& sessions) {
  v1::AttemptReport report;
  for (const auto& one : sessions) *report.add_tls_sessions() = one;
  return report;
}

TEST(TlsResultsTest, SuccessesAreCountedByTheirPolicyAlone) {
  auto other = session();
  other.set_mx_host("mx2.there.example");
  const auto counts = tls_counts_of(report_of({session(), other}), 7);
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts[0].day, 7);
  EXPECT_EQ(counts[0].domain, "there.example");
  EXPECT_EQ(counts[0].sessions, 2U);
  const auto counted = counted_from(counts[0].facts, 5).value();
  EXPECT_EQ(counted.policy,
            (tls_report::Policy{"sts", {"version: STSv1"}, "there.example", {"*.there.example"}}));
  EXPECT_FALSE(counted.failure);
  EXPECT_EQ(counted.count, 5U);
}

TEST(TlsResultsTest, AFailureKeepsItsDetails) {
  const auto counts = tls_counts_of(report_of({session("certificate-expired"), session()}), 7);
  ASSERT_EQ(counts.size(), 2U);
  const auto failure = counted_from(counts[0].facts, 1).value().failure.value();
  EXPECT_EQ(failure, (tls_report::FailureDetail{"certificate-expired", "198.51.100.1", "mx.there.example",
                                                "mx", "192.0.2.7", 0, "", "why"}));
  EXPECT_EQ(counted_from(counts[0].outline, 1).value().failure->receiving_mx_hostname, "");
}

TEST(TlsResultsTest, WhatAPeerSaysIsCutAndMadeVisible) {
  auto long_one = session("validation-failure");
  long_one.set_mx_helo(std::string(100'000, 'x'));
  long_one.set_reason("a\r\nb\xff");
  for (int i = 0; i < 1'000; ++i) long_one.add_policy_strings(std::string(100, 'p'));
  const auto counts = tls_counts_of(report_of({long_one}), 7);
  EXPECT_LT(counts.at(0).facts.size(), 6'000U);
  EXPECT_EQ(counted_from(counts[0].facts, 1).value().failure->failure_reason_code, "a\\x0d\\x0ab\\xff");
}

TEST(TlsResultsTest, SessionsWithoutAUsableDomainAreNotCounted) {
  auto nobody = session();
  nobody.clear_policy_domain();
  auto literal = session();
  literal.set_policy_domain("a b");
  EXPECT_TRUE(tls_counts_of(report_of({nobody, literal}), 7).empty());
  auto international = session();
  international.set_policy_domain(
      "b\xc3\xbc"
      "cher.example");
  EXPECT_EQ(tls_counts_of(report_of({international}), 7).at(0).domain, "xn--bcher-kva.example");
}

TEST(TlsResultsTest, DamagedFactsAreNothing) { EXPECT_FALSE(counted_from("\xff\xff", 1)); }

}  // namespace
}  // namespace scop::relay
