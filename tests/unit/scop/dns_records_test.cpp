#include "scop/dns_records.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace scop::command {
namespace {

using testing::Contains;
using testing::Field;

DnsFacts some_facts() {
  return {.domain = "example.org",
          .host = "mail.example.org",
          .addresses = {"192.0.2.7", "2001:db8::7"},
          .submission_port = 2587,
          .submissions_port = 2465,
          .keys = {{.domain = "example.org",
                    .selector = "r2026a",
                    .algorithm = "rsa-sha256",
                    .record = "v=DKIM1; p=" + std::string(400, 'A'),
                    .published = {}}}};
}

TEST(DnsRecords, name_everything_that_mail_needs) {
  std::vector<std::string> lines;
  for (const auto& record : dns_records(some_facts())) {
    EXPECT_FALSE(record.reason.empty());
    EXPECT_FALSE(record.is_placeholder);
    lines.push_back(zone_line(record));
  }
  for (const auto* line : {"example.org. IN MX 10 mail.example.org.", "mail.example.org. IN A 192.0.2.7",
                           "mail.example.org. IN AAAA 2001:db8::7", "example.org. IN TXT \"v=spf1 mx -all\"",
                           "_submissions._tcp.example.org. IN SRV 0 1 2465 mail.example.org.",
                           "_submission._tcp.example.org. IN SRV 10 1 2587 mail.example.org."}) {
    EXPECT_THAT(lines, Contains(line));
  }
}

TEST(DnsRecords, long_texts_are_split_at_255_octets) {
  const auto records = dns_records(some_facts());
  const auto key = std::ranges::find(records, "r2026a._domainkey.example.org", &DnsRecord::name);
  ASSERT_NE(key, records.end());
  const auto line = zone_line(*key);
  const auto begin = line.find('"');
  const auto middle = line.find("\" \"");
  ASSERT_NE(middle, std::string::npos);
  EXPECT_EQ(middle - begin - 1, 255U);
  EXPECT_EQ(line.back(), '"');
}

TEST(DnsRecords, unknown_addresses_are_placeholders_and_commented_out) {
  auto facts = some_facts();
  facts.addresses.clear();
  const auto records = dns_records(facts);
  EXPECT_EQ(std::ranges::count(records, true, &DnsRecord::is_placeholder), 2);
  for (const auto& record : records) EXPECT_EQ(zone_line(record).starts_with(';'), record.is_placeholder);
}

TEST(DnsRecords, a_host_that_is_the_domain_has_one_spf_record) {
  auto facts = some_facts();
  facts.host = facts.domain;
  const auto records = dns_records(facts);
  EXPECT_EQ(
      std::ranges::count_if(records, [](const DnsRecord& one) { return one.value.starts_with("v=spf1"); }),
      1);
}

TEST(DkimSelectors, are_named_by_day_and_a_letter_that_no_key_has_or_has_had) {
  std::string folder = (std::filesystem::temp_directory_path() / "scop-selectors-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);
  const auto next = [&](dkim::KeyType type) { return new_selector(folder, "example.org", type, now); };
  EXPECT_EQ(next(dkim::KeyType::rsa), "r20261121a");
  const auto keys = std::filesystem::path(folder) / key_folder("example.org");
  std::filesystem::create_directories(keys);
  std::ofstream(keys / "r20261121a.rsa.pem") << "key";
  EXPECT_EQ(next(dkim::KeyType::rsa), "r20261121b");
  std::ofstream(keys / "life") << "scop-key-life 1\nat 0\nlast r20261121c\nend\n";
  EXPECT_EQ(next(dkim::KeyType::rsa), "r20261121d");
  EXPECT_EQ(next(dkim::KeyType::ed25519), "e20261121a");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace scop::command
