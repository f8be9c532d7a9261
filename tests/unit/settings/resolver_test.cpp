#include "settings/resolver.hpp"

#include <gtest/gtest.h>

namespace scop::settings {
namespace {

struct Read {
  Resolver resolver;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  const auto document = *config::Document::parse(text, "scop.toml");
  Read out;
  out.resolver = read_resolver(document);
  out.problems = document.problems_and_unknown_keys({"resolver"});
  return out;
}

TEST(ResolverSettings, AreGoodWithoutAnyKey) {
  const auto [resolver, problems] = read("");
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(resolver.dnssec && resolver.ipv4 && resolver.ipv6);
  EXPECT_TRUE(resolver.listen.empty() && resolver.forward.empty());
  EXPECT_EQ(resolver.timeout, std::chrono::seconds(10));
}

TEST(ResolverSettings, NameServersAndZones) {
  const auto [resolver, problems] = read(R"(
[resolver]
listen = ["127.0.0.1:5353"]
forward = ["192.0.2.53", "2001:db8::53@5300"]
insecure_domains = ["test"]
local_data = ["a.test. IN A 192.0.2.1"]
[[resolver.stub]]
zone = "example.test"
address = ["127.0.0.1@5301"]
)");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(resolver.forward.size(), 2U);
  EXPECT_EQ(resolver.stubs, (std::vector<StubZone>{{"example.test", {{"127.0.0.1", 5301, ""}}, false}}));
}

TEST(ResolverSettings, ForwardersMayBeAskedByTls) {
  EXPECT_EQ(read_dns_server("tls://192.0.2.53#DNS.example."), (DnsServer{"192.0.2.53", 853, "dns.example"}));
  EXPECT_EQ(read_dns_server("tls://2001:db8::1@8853#dns.example"),
            (DnsServer{"2001:db8::1", 8853, "dns.example"}));
  EXPECT_EQ(read_dns_server("192.0.2.53"), (DnsServer{"192.0.2.53", 53, ""}));
  for (const auto* text :
       {"tls://192.0.2.53", "tls://192.0.2.53#", "tls://192.0.2.53#a..b", "192.0.2.53#name",
        "tls://dns.example#dns.example", "tls://192.0.2.53@0#dns.example"}) {
    EXPECT_FALSE(read_dns_server(text)) << text;
  }
}

TEST(ResolverSettings, StaleAnswersMayBeForbidden) {
  EXPECT_EQ(read("[resolver]\nserve_stale = \"0s\"").resolver.serve_stale.count(), 0);
}

TEST(ResolverSettings, NameWhatIsWrong) {
  for (const auto* line :
       {"forward = [\"dns.example\"]", "forward = [\"192.0.2.1@0\"]", "forward = [\"192.0.2.1@70000\"]",
        "insecure_domains = [\"a..b\"]", "timeout = \"0s\"", "timeout = \"5m\"", "forwards = []",
        "cache = \"much\"", "cache = \"1KB\"", "serve_stale = \"30d\"", "forward = [\"tls://192.0.2.1\"]",
        "forward = [\"192.0.2.1\", \"tls://192.0.2.1#a.b\"]", "unsafe_test_clock = \"now\"",
        "trust_anchors = [\". DS 1 \\\"\"]", "local_zones = [\"a\\nserver:\"]"}) {
    EXPECT_EQ(read(std::string("[resolver]\n") + line + "\n").problems.size(), 1U) << line;
  }
  EXPECT_EQ(read("[[resolver.stub]]\nzone = \"a.b\"\n").problems.size(), 1U);
  EXPECT_EQ(read("[[resolver.stub]]\naddress = [\"192.0.2.1\"]\n").problems.size(), 1U);
}

}  // namespace
}  // namespace scop::settings
