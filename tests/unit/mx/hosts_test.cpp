#include "mx/hosts.hpp"

#include <gtest/gtest.h>

#include <set>

#include "dns/rdata.hpp"

namespace scop::mx {
namespace {

dns::Answer answer(std::vector<dns::Mx> records, dns::Rcode rcode = dns::Rcode::no_error,
                   dns::Validation validation = dns::Validation::insecure) {
  dns::Answer out;
  out.rcode = rcode;
  out.validation = validation;
  for (const auto& record : records) out.records.push_back(*dns::to_rdata(record));
  return out;
}

std::vector<std::string> names(const std::expected<Hosts, Verdict>& hosts) {
  std::vector<std::string> out;
  if (hosts) {
    for (const auto& host : hosts->in_order) out.push_back(host.name);
  }
  return out;
}

using Names = std::vector<std::string>;

TEST(Hosts, ComeInTheOrderOfTheirPreference) {
  const auto hosts = hosts_of("d.example", answer({{30, "c"}, {10, "A."}, {20, "b"}}), {}, 1);
  EXPECT_EQ(names(hosts), (Names{"a", "b", "c"}));
  EXPECT_EQ(hosts->limit_key, "a");
  EXPECT_FALSE(hosts->in_order.front().implicit);
}

TEST(Hosts, OfEqualPreferenceAreShuffledBySeed) {
  std::set<Names> seen;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto hosts =
        hosts_of("d", answer({{10, "b"}, {10, "a"}, {10, "c"}, {5, "first"}, {20, "last"}}), {}, seed);
    ASSERT_EQ(names(hosts).size(), 5U);
    EXPECT_EQ(names(hosts).front(), "first");
    EXPECT_EQ(names(hosts).back(), "last");
    EXPECT_EQ(hosts->limit_key, "first");
    seen.insert(names(hosts));
  }
  EXPECT_EQ(seen.size(), 6U);
}

TEST(Hosts, HaveOneLimitKeyWhateverTheSeed) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(hosts_of("d", answer({{10, "z"}, {10, "m"}}), {}, seed)->limit_key, "m");
  }
}

TEST(Hosts, AreTheDomainItselfWithoutMx) {
  const auto hosts = hosts_of("d.example", answer({}), {}, 1);
  EXPECT_EQ(names(hosts), Names{"d.example"});
  EXPECT_TRUE(hosts->in_order.front().implicit);
}

TEST(Hosts, AreNoneBehindANullMx) {
  EXPECT_EQ(hosts_of("d", answer({{0, "."}}), {}, 1).error(), null_mx("d"));
  EXPECT_EQ(null_mx("d").code, 556);
  // RFC 7505 3: a null MX among others means nothing.
  EXPECT_EQ(names(hosts_of("d", answer({{0, "."}, {10, "a"}}), {}, 1)), Names{"a"});
}

TEST(Hosts, AreNoneForADomainThatDoesNotExist) {
  const auto hosts = hosts_of("d", answer({}, dns::Rcode::nx_domain), {}, 1);
  EXPECT_TRUE(hosts.error().permanent);
  EXPECT_EQ(hosts.error().enhanced, "5.1.2");
}

TEST(Hosts, AreUnknownForNowWhereTheLookUpFails) {
  for (const auto rcode : {dns::Rcode::serv_fail, dns::Rcode::refused, dns::Rcode::form_err}) {
    const auto hosts = hosts_of("d", answer({}, rcode), {}, 1);
    EXPECT_FALSE(hosts.error().permanent);
    EXPECT_EQ(hosts.error().enhanced, "4.4.3");
  }
  // A forged NXDOMAIN, null MX or list of hosts must cause no bounce and catch no mail.
  for (const auto& records : {std::vector<dns::Mx>{}, {{0, "."}}, {{10, "evil"}}}) {
    for (const auto rcode : {dns::Rcode::no_error, dns::Rcode::nx_domain, dns::Rcode::serv_fail}) {
      EXPECT_EQ(hosts_of("d", answer(records, rcode, dns::Validation::bogus), {}, 1).error().enhanced,
                "4.7.5");
    }
  }
}

TEST(Hosts, ThatCannotBeLookedUpNameTheReason) {
  auto failed = answer({}, dns::Rcode::serv_fail, dns::Validation::bogus);
  failed.extended_error = 7;
  failed.why = "validation failure <d. MX IN>: signature expired from 192.0.2.1";
  EXPECT_EQ(hosts_of("d", failed, {}, 1).error().text,
            "the MX record of d fails DNSSEC validation (Signature Expired, EDE 7): "
            "signature expired from 192.0.2.1");
  EXPECT_EQ(hosts_of("d", answer({}, dns::Rcode::serv_fail), {}, 1).error().text,
            "the MX record of d could not be looked up");
}

TEST(Hosts, NoBetterThanOurselvesAreDropped) {
  const auto records = answer({{10, "a"}, {20, "US"}, {20, "b"}, {30, "c"}});
  EXPECT_EQ(names(hosts_of("d", records, {"us"}, 1)), Names{"a"});
  EXPECT_EQ(hosts_of("d", records, {"a"}, 1).error(), loops_back("d"));
  EXPECT_EQ(loops_back("d").enhanced, "5.4.6");
  EXPECT_EQ(hosts_of("us", answer({}), {"us"}, 1).error(), loops_back("us"));
}

TEST(Hosts, ThatAreNoHostNamesOrNoRecordsAreSkipped) {
  auto records = answer({{10, R"(a\032b)"}, {20, "good"}});
  records.records.push_back("\x01");
  records.records.push_back("");
  EXPECT_EQ(names(hosts_of("d", records, {}, 1)), Names{"good"});
  EXPECT_EQ(hosts_of("d", answer({{10, R"(a\032b)"}}), {}, 1).error(), no_mail_host("d"));
}

TEST(Hosts, AreEachListedOnceWithTheBestPreference) {
  EXPECT_EQ(names(hosts_of("d", answer({{30, "a"}, {10, "a"}, {20, "b"}}), {}, 1)), (Names{"a", "b"}));
}

TEST(Hosts, AreAtMostTwenty) {
  std::vector<dns::Mx> many;
  for (int i = 0; i < 1000; ++i) many.push_back({static_cast<std::uint16_t>(i), "h" + std::to_string(i)});
  EXPECT_EQ(names(hosts_of("d", answer(many), {}, 1)).size(), most_hosts);
}

TEST(Hosts, TellWhetherTheListWasValidated) {
  EXPECT_TRUE(hosts_of("d", answer({{1, "a"}}, dns::Rcode::no_error, dns::Validation::secure), {}, 1)
                  ->in_order[0]
                  .secure);
  EXPECT_FALSE(hosts_of("d", answer({{1, "a"}}), {}, 1)->in_order[0].secure);
}

TEST(Verdict, ShowsNoStrangersOctets) {
  EXPECT_EQ(bad_domain("a\r\nb\xff").text, "a??b? is not a domain name");
}

}  // namespace
}  // namespace scop::mx
