#include "domain_records/records.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "core/base64.hpp"

namespace scop::domain_records {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Facts some_facts() {
  Facts facts;
  facts.domain = "example.org";
  facts.host = "mail.example.org";
  facts.addresses = {*dns::Address::from_text("192.0.2.7"), *dns::Address::from_text("2001:db8::7")};
  facts.submission_port = 2587;
  facts.submissions_port = 2465;
  facts.keys = {{"example.org", "r2026a", "rsa-sha256", "v=DKIM1; p=" + std::string(400, 'A'), ""}};
  return facts;
}

std::vector<std::string> lines_of(const Facts& facts) {
  std::vector<std::string> lines;
  for (const auto& record : records_of(facts).value()) {
    EXPECT_FALSE(record.reason.empty());
    lines.push_back(zone_line(record));
  }
  return lines;
}

TEST(Records, name_everything_that_mail_needs) {
  const auto lines = lines_of(some_facts());
  for (const auto* line :
       {"example.org. IN MX 10 mail.example.org.", "mail.example.org. IN A 192.0.2.7",
        "mail.example.org. IN AAAA 2001:db8::7", "example.org. IN TXT \"v=spf1 mx -all\"",
        "mail.example.org. IN TXT \"v=spf1 a -all\"",
        "_dmarc.example.org. IN TXT \"v=DMARC1; p=quarantine; rua=mailto:postmaster@example.org\"",
        "_smtp._tls.example.org. IN TXT \"v=TLSRPTv1; rua=mailto:postmaster@example.org\"",
        "_submissions._tcp.example.org. IN SRV 0 1 2465 mail.example.org.",
        "_submission._tcp.example.org. IN SRV 10 1 2587 mail.example.org."}) {
    EXPECT_THAT(lines, Contains(line));
  }
  EXPECT_THAT(lines, Not(Contains(HasSubstr("mta-sts"))));
}

TEST(Records, name_what_the_web_daemon_serves_where_it_does) {
  auto facts = some_facts();
  facts.has_web = true;
  facts.mta_sts_id = "abc";
  facts.imaps = HostPort{"imap.example.org", 993};
  facts.matrix = HostPort{"matrix.example.org", 8448};
  const auto lines = lines_of(facts);
  for (const auto* line :
       {"_mta-sts.example.org. IN TXT \"v=STSv1; id=abc;\"",
        "mta-sts.example.org. IN CNAME mail.example.org.",
        "autoconfig.example.org. IN CNAME mail.example.org.",
        "autodiscover.example.org. IN CNAME mail.example.org.",
        "_imaps._tcp.example.org. IN SRV 0 1 993 imap.example.org.", "_imap._tcp.example.org. IN SRV 0 0 0 .",
        "_autodiscover._tcp.example.org. IN SRV 0 1 443 autodiscover.example.org.",
        "_matrix-fed._tcp.example.org. IN SRV 10 5 8448 matrix.example.org."}) {
    EXPECT_THAT(lines, Contains(line));
  }
}

TEST(Records, hold_the_key_served_and_the_one_that_comes_next_each_once) {
  auto facts = some_facts();
  const dns::Tlsa now{3, 1, 1, std::string(32, '\1')};
  const dns::Tlsa next{3, 1, 1, std::string(32, '\2')};
  facts.served = {{25, now, false}, {25, next, true}, {25, now, true}};
  const auto lines = lines_of(facts);
  EXPECT_THAT(lines, Contains("_25._tcp.mail.example.org. IN TLSA 3 1 1 " + to_hex(now.data)));
  EXPECT_EQ(std::ranges::count_if(lines, [](const auto& line) { return line.contains("TLSA"); }), 2);
}

TEST(Records, follow_the_configuration_s_policies) {
  auto facts = some_facts();
  facts.source_addresses = {*dns::Address::from_text("192.0.2.7"), *dns::Address::from_text("198.51.100.1")};
  facts.policy.spf_include = {"_spf.example.net"};
  facts.policy.spf_all = "~all";
  facts.policy.dmarc = "reject";
  facts.policy.dmarc_subdomains = "none";
  facts.policy.has_dmarc_reports = facts.policy.has_tls_reports = true;
  facts.policy.caa = {"issue letsencrypt.org", "iodef mailto:security@example.org"};
  const auto lines = lines_of(facts);
  EXPECT_THAT(lines,
              Contains("example.org. IN TXT \"v=spf1 mx ip4:198.51.100.1 include:_spf.example.net ~all\""));
  EXPECT_THAT(lines, Contains("_dmarc.example.org. IN TXT \"v=DMARC1; p=reject; sp=none\""));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("TLSRPT"))));
  EXPECT_THAT(lines, Contains("example.org. IN CAA 0 issue \"letsencrypt.org\""));
  facts.policy.spf_by_address = true;
  EXPECT_EQ(spf_of_domain(facts),
            "v=spf1 ip4:192.0.2.7 ip6:2001:db8::7 ip4:198.51.100.1 include:_spf.example.net ~all");
  facts.policy.caa = {"nonsense"};
  EXPECT_FALSE(records_of(facts));
}

TEST(Records, keys_that_are_about_to_go_are_not_named) {
  auto facts = some_facts();
  facts.keys = {{"example.org", "old", "rsa-sha256", "v=DKIM1; p=", "retired"},
                {"example.org", "gone", "rsa-sha256", "v=DKIM1; p=", "removing"}};
  const auto lines = lines_of(facts);
  EXPECT_THAT(lines, Contains("old._domainkey.example.org. IN TXT \"v=DKIM1; p=\""));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("gone"))));
}

TEST(Records, long_texts_are_split_at_255_octets) {
  const auto records = records_of(some_facts()).value();
  const auto key = std::ranges::find(records, "r2026a._domainkey.example.org", &Record::name);
  ASSERT_NE(key, records.end());
  const auto line = zone_line(*key);
  const auto begin = line.find('"');
  EXPECT_EQ(line.find("\" \"") - begin - 1, 255U);
  EXPECT_EQ(line.back(), '"');
  EXPECT_EQ(value_of(*key), "v=DKIM1; p=" + std::string(400, 'A'));
}

TEST(Records, unknown_addresses_are_placeholders_and_commented_out) {
  auto facts = some_facts();
  facts.addresses.clear();
  const auto records = records_of(facts).value();
  EXPECT_EQ(std::ranges::count(records, true, &Record::is_placeholder), 2);
  for (const auto& record : records) EXPECT_EQ(zone_line(record).starts_with(';'), record.is_placeholder);
}

TEST(Records, a_host_that_is_the_domain_has_one_spf_record) {
  auto facts = some_facts();
  facts.host = facts.domain;
  EXPECT_EQ(std::ranges::count(records_of(facts).value(), Kind::spf, &Record::kind), 1);
}

TEST(Records, play_a_part_by_their_version) {
  const auto txt = [](const char* text) { return dns::txt_to_rdata(text); };
  EXPECT_TRUE(plays_part(Kind::spf, txt("v=SPF1 -all")));
  EXPECT_TRUE(plays_part(Kind::spf, txt("v=spf1")));
  EXPECT_FALSE(plays_part(Kind::spf, txt("v=spf10 -all")));
  EXPECT_FALSE(plays_part(Kind::spf, txt("google-site-verification=x")));
  EXPECT_TRUE(plays_part(Kind::dmarc, txt("v=DMARC1;p=none")));
  EXPECT_TRUE(plays_part(Kind::mx, "whatever"));
}

}  // namespace
}  // namespace scop::domain_records
