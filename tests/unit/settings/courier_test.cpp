#include "settings/courier.hpp"

#include <gtest/gtest.h>

namespace scop::settings {
namespace {

struct Read {
  Courier courier;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  const auto document = *config::Document::parse(text, "scop.toml");
  Read out;
  out.courier = read_courier(document, "mail.example.org");
  out.problems = document.problems_and_unknown_keys({"courier"});
  return out;
}

TEST(CourierSettings, AreGoodWithoutAnyKey) {
  const auto [courier, problems] = read("");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(courier.helo, "mail.example.org");
  EXPECT_EQ(courier.port, 25);
  EXPECT_EQ(courier.tls, RouteTls::opportunistic);
  EXPECT_FALSE(courier.allow_loopback);
  EXPECT_TRUE(courier.routes.empty());
}

TEST(CourierSettings, SayWhatHappensToSendersThatSpfDoesNotLetOut) {
  EXPECT_EQ(read("").courier.unauthorised_senders, UnauthorisedSenders::warn);
  const auto [courier, problems] = read(
      "[courier]\nunauthorised_senders = \"hold\"\npublic_addresses = [\"192.0.2.1\", \"2001:db8::1\"]\n");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(courier.unauthorised_senders, UnauthorisedSenders::hold);
  ASSERT_EQ(courier.public_addresses.size(), 2U);
  EXPECT_EQ(courier.public_addresses[1].text(), "2001:db8::1");
  EXPECT_EQ(
      read("[courier]\nunauthorised_senders = \"maybe\"\npublic_addresses = [\"here\"]\n").problems.size(),
      2U);
}

TEST(CourierSettings, HaveRoutesAndTheSmarthostLast) {
  const auto [courier, problems] = read(R"(
[courier]
smarthost = "Relay.Example:465"
[[courier.route]]
domain = "Bücher.example"
to = "[2001:db8::7]:2525"
tls = "off"
[[courier.route]]
domain = ".below.example"
to = "192.0.2.1:25"
)");
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(courier.routes.size(), 3U);
  EXPECT_EQ(courier.routes[0], (Route{"xn--bcher-kva.example", "2001:db8::7", 2525, RouteTls::off, {}}));
  EXPECT_EQ(courier.routes[1], (Route{".below.example", "192.0.2.1", 25, RouteTls::opportunistic, {}}));
  EXPECT_EQ(courier.routes[2], (Route{"*", "relay.example", 465, RouteTls::implicit, {}}));
}

TEST(CourierSettings, HaveRulesForTheTlsOfDomains) {
  const auto [courier, problems] = read(R"(
[courier]
tls = "require"
dane = false
sts_timeout = "5s"
[[courier.tls_policy]]
domain = "bank.example"
policy = "verify"
match = ["MX.bank.example", ".bank.example"]
[[courier.tls_policy]]
domain = "*"
policy = "dane"
)");
  EXPECT_TRUE(problems.empty());
  EXPECT_FALSE(courier.dane);
  EXPECT_TRUE(courier.mta_sts);
  EXPECT_FALSE(courier.dane_insecure_mx);
  EXPECT_EQ(courier.sts_timeout, std::chrono::seconds(5));
  ASSERT_EQ(courier.tls_rules.size(), 2U);
  EXPECT_EQ(courier.tls_rules[0],
            (TlsRule{"bank.example", DomainTls::verify, {"mx.bank.example", ".bank.example"}}));
  EXPECT_EQ(courier.tls_rules[1], (TlsRule{"*", DomainTls::dane, {}}));
}

TEST(CourierSettings, NameWhatIsWrongInARuleForTls) {
  for (const auto* lines : {"domain = \"a.b\"", "policy = \"dane\"", "domain = \"a.b\"\npolicy = \"perhaps\"",
                            "domain = \"a.b\"\npolicy = \"dane\"\nmatch = [\"c.d\"]",
                            "domain = \"a.b\"\npolicy = \"verify\"\nmatch = [\"not a name\"]"}) {
    const auto problems = read(std::string("[[courier.tls_policy]]\n") + lines + "\n").problems;
    EXPECT_EQ(problems.size(), 1U) << lines;
  }
}

TEST(CourierSettings, SendPasswordsToVerifiedHostsAlone) {
  EXPECT_EQ(read("[courier]\nsmarthost = \"a.b:587\"\ncredentials = \"secret\"\n").courier.routes.at(0).tls,
            RouteTls::verify);
  for (const auto* tls : {"off", "opportunistic", "require"}) {
    const auto text =
        std::string("[courier]\nsmarthost = \"a.b:587\"\ncredentials = \"x\"\nsmarthost_tls = \"") + tls +
        "\"\n";
    EXPECT_EQ(read(text).problems.size(), 1U) << tls;
  }
}

TEST(CourierSettings, NameWhatIsWrong) {
  for (const auto* line :
       {"helo = \"not a name\"", "port = 0", "tls = \"perhaps\"", "smarthost = \"a.b\"",
        "smarthost = \"a b:25\"", "smarthost = \"a.b:99999\"", "source_addresses = [\"host\"]",
        "ipv4 = false\nipv6 = false", "conections = 5", "connections = 0", "mail_timeout = \"soon\""}) {
    const auto problems = read(std::string("[courier]\n") + line + "\n").problems;
    EXPECT_EQ(problems.size(), 1U) << line;
  }
  EXPECT_FALSE(read("[[courier.route]]\ndomain = \"a b\"\nto = \"a.b:25\"\n").problems.empty());
  EXPECT_FALSE(read("[[courier.route]]\ndomain = \"a.b\"\n").problems.empty());
}

}  // namespace
}  // namespace scop::settings
