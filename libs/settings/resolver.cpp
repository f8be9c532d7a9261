#include "settings/resolver.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/address.hpp"
#include "dns/name.hpp"

namespace scop::settings {

namespace {

constexpr std::int64_t most_seconds = 60;
constexpr std::chrono::hours most_stale{7 * 24};
constexpr std::uint64_t least_cache = 1ULL << 20U;
constexpr std::size_t clock_digits = 14;
constexpr std::uint16_t dns_over_tls_port = 853;

std::vector<DnsServer> read_servers(const config::Section& section, std::string_view key, bool with_tls) {
  std::vector<DnsServer> servers;
  for (const auto& text : section.texts(key)) {
    const auto server = read_dns_server(text);
    if (server && (with_tls || server->tls_name.empty())) {
      servers.push_back(*server);
      continue;
    }
    section.problem(key, "expected an address such as \"192.0.2.53\" or \"127.0.0.1@5300\"" +
                             std::string(with_tls ? ", or \"tls://192.0.2.53@853#dns.example\"" : "") +
                             ", found \"" + ascii::printable(text) + "\"");
  }
  return servers;
}

void check_names(const config::Section& section, std::string_view key,
                 const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (!dns::name_to_wire(name))
      section.problem(key, "\"" + ascii::printable(name) + "\" is not a domain name");
  }
}

// They are written into a file for libunbound, one on a line and in quotes.
void check_lines(const config::Section& section, std::string_view key,
                 const std::vector<std::string>& lines) {
  for (const auto& line : lines) {
    if (std::ranges::any_of(line, [](char c) { return c == '"' || c == '\\' || ascii::is_control(c); }))
      section.problem(key, "a quote, backslash or control character in \"" + ascii::printable(line) + "\"");
  }
}

StubZone read_stub(const config::Section& section) {
  StubZone stub;
  stub.zone = section.required_text("zone");
  stub.servers = read_servers(section, "address", false);
  stub.primed = section.boolean("primed", false);
  if (!stub.zone.empty()) check_names(section, "zone", {stub.zone});
  if (section.texts("address").empty()) section.problem("address", "name at least one server of the zone");
  return stub;
}

void read_forwarding(const config::Section& section, Resolver& resolver) {
  resolver.forward = read_servers(section, "forward", true);
  const auto plain = [](const DnsServer& server) { return server.tls_name.empty(); };
  if (std::ranges::any_of(resolver.forward, plain) && !std::ranges::all_of(resolver.forward, plain))
    section.problem("forward", "either all by TLS (\"tls://…\") or none: the plain ones would give it away");
  if (section.has("authorities")) resolver.authorities = section.path("authorities");
}

void read_validation(const config::Section& section, Resolver& resolver) {
  resolver.dnssec = section.boolean("dnssec", true);
  resolver.trust_anchors = section.texts("trust_anchors");
  check_lines(section, "trust_anchors", resolver.trust_anchors);
  if (section.has("trust_anchor_file")) resolver.trust_anchor_file = section.path("trust_anchor_file");
  resolver.trust_anchor_updates = section.boolean("trust_anchor_updates", true);
  resolver.insecure_domains = section.texts("insecure_domains");
  check_names(section, "insecure_domains", resolver.insecure_domains);
}

void read_answers(const config::Section& section, Resolver& resolver) {
  resolver.qname_minimisation = section.boolean("qname_minimisation", true);
  resolver.aggressive_nsec = section.boolean("aggressive_nsec", true);
  resolver.mixed_case = section.boolean("mixed_case", false);
  resolver.prefetch = section.boolean("prefetch", true);
  resolver.serve_stale = section.duration("serve_stale", resolver.serve_stale);
  if (resolver.serve_stale > most_stale)
    section.problem("serve_stale", "expected at most \"7d\" (RFC 8767 4)");
  resolver.cache = section.octets("cache", resolver.cache);
  if (resolver.cache < least_cache) section.problem("cache", "expected at least \"1MB\"");
  resolver.timeout = section.duration("timeout", resolver.timeout);
  if (resolver.timeout.count() <= 0 || resolver.timeout > std::chrono::seconds(most_seconds))
    section.problem("timeout", "expected between \"1ms\" and \"60s\"");
}

void read_test_settings(const config::Section& section, Resolver& resolver) {
  resolver.unsafe_test_clock = section.text("unsafe_test_clock");
  const auto& clock = resolver.unsafe_test_clock;
  if (!clock.empty() && (clock.size() != clock_digits || !std::ranges::all_of(clock, ascii::is_digit)))
    section.problem("unsafe_test_clock", "expected YYYYMMDDhhmmss, in a test; delete it anywhere else");
  resolver.unsafe_test_hold_down = section.duration("unsafe_test_hold_down", {});
}

}  // namespace

std::optional<DnsServer> read_dns_server(std::string_view text) {
  DnsServer server;
  if (text.starts_with("tls://")) {
    text.remove_prefix(6);
    const auto hash = text.find('#');
    if (hash == std::string_view::npos) return std::nullopt;
    const auto name = text.substr(hash + 1);
    if (name == "." || !dns::name_to_wire(name)) return std::nullopt;
    server.tls_name = dns::canonical_text(name);
    server.port = dns_over_tls_port;
    text = text.substr(0, hash);
  }
  const auto at = text.find('@');
  const auto address = dns::Address::from_text(text.substr(0, at));
  if (!address) return std::nullopt;
  server.address = text.substr(0, at);
  if (at == std::string_view::npos) return server;
  const auto port = ascii::parse_unsigned(text.substr(at + 1));
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  server.port = static_cast<std::uint16_t>(*port);
  return server;
}

Resolver read_resolver(const config::Document& document) {
  Resolver resolver;
  const auto section = document.section("resolver");
  resolver.listen = section.texts("listen");
  read_forwarding(section, resolver);
  read_validation(section, resolver);
  if (section.has("root_hints")) resolver.root_hints = section.path("root_hints");
  resolver.local_zones = section.texts("local_zones");
  resolver.local_data = section.texts("local_data");
  check_lines(section, "local_zones", resolver.local_zones);
  read_answers(section, resolver);
  resolver.ipv4 = section.boolean("ipv4", true);
  resolver.ipv6 = section.boolean("ipv6", true);
  read_test_settings(section, resolver);
  for (const auto& [key, stub] : document.subsections("resolver.stub"))
    resolver.stubs.push_back(read_stub(stub));
  return resolver;
}

}  // namespace scop::settings
