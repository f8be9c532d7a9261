#include "settings/dns.hpp"

#include <gtest/gtest.h>

namespace scop::settings {
namespace {

TEST(DnsSettings, have_defaults) {
  const auto document = config::Document::parse("", "scop.toml").value();
  const auto dns = read_dns(document);
  EXPECT_EQ(dns.ttl, 3600U);
  EXPECT_EQ(dns.publish, publishable_kinds());
  EXPECT_FALSE(dns.has_dmarc_reports);
  EXPECT_TRUE(document.problems().empty());
}

TEST(DnsSettings, are_read) {
  const auto document = config::Document::parse(R"([dns]
primary = "[::1]:53"
tsig_key_file = "dns/tsig.key"
zones = ["Example.ORG", "b\u00fccher.example"]
publish = ["mx", "spf"]
spf = "addresses"
dmarc_reports = []
probe = ["25=127.0.0.1:2525"]
)",
                                                "scop.toml")
                            .value();
  const auto dns = read_dns(document);
  EXPECT_TRUE(document.problems().empty()) << document.problems().front();
  EXPECT_EQ(dns.primary, "[::1]:53");
  EXPECT_EQ(dns.zones, (std::vector<std::string>{"example.org", "xn--bcher-kva.example"}));
  EXPECT_TRUE(dns.spf_by_address);
  EXPECT_TRUE(dns.has_dmarc_reports);
  EXPECT_EQ(dns.probe.at(25), "127.0.0.1:2525");
}

TEST(DnsSettings, name_what_is_wrong) {
  for (const auto* text :
       {"primary = \"ns.example.org\"", "primary = \"127.0.0.1:53\"", "zones = [\"a b\"]", "ttl = 1",
        "publish = [\"everything\"]", "addresses = [\"mail.example.org\"]", "spf = \"all\"",
        "spf_all = \"+all\"", "dmarc = \"block\"", "dmarc_reports = [\"postmaster@example.org\"]",
        "tls_reports = [\"mailto:a@b.c,mailto:d@e.f\"]", "caa = [\"letsencrypt.org\"]",
        "resolvers = [\"9.9.9.9\"]", "probe = [\"127.0.0.1:25\"]"}) {
    const auto document = config::Document::parse(std::string("[dns]\n") + text + "\n", "scop.toml").value();
    static_cast<void>(read_dns(document));
    EXPECT_FALSE(document.problems().empty()) << text;
  }
}

}  // namespace
}  // namespace scop::settings
