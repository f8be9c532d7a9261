#include "settings/resolver.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/address.hpp"
#include "dns/name.hpp"

namespace scop::settings {

namespace {

constexpr std::int64_t most_seconds = 60;

bool is_server(std::string_view text) {
  const auto at = text.find('@');
  if (!dns::Address::from_text(text.substr(0, at))) return false;
  if (at == std::string_view::npos) return true;
  const auto port = ascii::parse_unsigned(text.substr(at + 1));
  return port && *port > 0 && *port <= 65535;
}

void check_servers(const config::Section& section, std::string_view key,
                   const std::vector<std::string>& servers) {
  for (const auto& server : servers) {
    if (is_server(server)) continue;
    section.problem(key, "expected an address such as \"192.0.2.53\" or \"127.0.0.1@5300\", found \"" +
                             ascii::printable(server) + "\"");
  }
}

void check_names(const config::Section& section, std::string_view key,
                 const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (!dns::name_to_wire(name))
      section.problem(key, "\"" + ascii::printable(name) + "\" is not a domain name");
  }
}

StubZone read_stub(const config::Section& section) {
  StubZone stub;
  stub.zone = section.required_text("zone");
  stub.addresses = section.texts("address");
  if (!stub.zone.empty()) check_names(section, "zone", {stub.zone});
  check_servers(section, "address", stub.addresses);
  if (stub.addresses.empty()) section.problem("address", "name at least one server of the zone");
  return stub;
}

void read_validation(const config::Section& section, Resolver& resolver) {
  resolver.dnssec = section.boolean("dnssec", true);
  resolver.trust_anchors = section.texts("trust_anchors");
  if (section.has("trust_anchor_file")) resolver.trust_anchor_file = section.path("trust_anchor_file");
  resolver.insecure_domains = section.texts("insecure_domains");
  check_names(section, "insecure_domains", resolver.insecure_domains);
}

}  // namespace

Resolver read_resolver(const config::Document& document) {
  Resolver resolver;
  const auto section = document.section("resolver");
  resolver.listen = section.texts("listen");
  resolver.forward = section.texts("forward");
  check_servers(section, "forward", resolver.forward);
  read_validation(section, resolver);
  if (section.has("root_hints")) resolver.root_hints = section.path("root_hints");
  resolver.local_zones = section.texts("local_zones");
  resolver.local_data = section.texts("local_data");
  resolver.cache = section.octets("cache", resolver.cache);
  resolver.timeout = section.duration("timeout", resolver.timeout);
  if (resolver.timeout.count() <= 0 || resolver.timeout > std::chrono::seconds(most_seconds)) {
    section.problem("timeout", "expected between \"1ms\" and \"60s\"");
  }
  resolver.ipv4 = section.boolean("ipv4", true);
  resolver.ipv6 = section.boolean("ipv6", true);
  for (const auto& [key, stub] : document.subsections("resolver.stub"))
    resolver.stubs.push_back(read_stub(stub));
  return resolver;
}

}  // namespace scop::settings
