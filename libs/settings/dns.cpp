#include "settings/dns.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/address.hpp"
#include "dns/domain.hpp"
#include "settings/public_server.hpp"

namespace scop::settings {

namespace {

void read_primary(const config::Section& section, Dns& dns) {
  const auto primary = section.text("primary");
  if (!primary.empty()) dns.primary = read_endpoints(section, "primary", {}).front();
  if (section.has("tsig_key_file")) dns.tsig_key_file = section.path("tsig_key_file");
  dns.tsig_name = section.text("tsig_name");
  if (!dns.primary.empty() && dns.tsig_key_file.empty())
    section.problem("tsig_key_file", "is missing: updates of the primary are signed with TSIG");
  for (const auto& zone : section.texts("zones")) {
    const auto name = dns::to_a_labels(zone);
    if (!name) section.problem("zones", "expected domain names, found \"" + ascii::printable(zone) + "\"");
    dns.zones.push_back(name.value_or(zone));
  }
  dns.ttl = static_cast<std::uint32_t>(section.integer("ttl", dns.ttl, 30, 604'800));
  const auto kinds = publishable_kinds();
  dns.publish = section.texts("publish", kinds);
  for (const auto& kind : dns.publish) {
    if (std::ranges::find(kinds, kind) != kinds.end()) continue;
    std::string known;
    for (const auto& name : kinds) known += (known.empty() ? "" : ", ") + name;
    section.problem("publish", "does not know \"" + ascii::printable(kind) + "\"; the kinds are " + known);
  }
}

//   RFC 8659 4: [flags] tag value
bool is_caa(const std::string& text) {
  const auto space = text.find(' ');
  return space != std::string::npos && space > 0 && space + 1 < text.size();
}

void read_policies(const config::Section& section, Dns& dns) {
  dns.spf_by_address = section.choice("spf", "mx", {"mx", "addresses"}) == "addresses";
  dns.spf_include = section.texts("spf_include");
  for (const auto& name : dns.spf_include) {
    if (!dns::to_a_labels(name))
      section.problem("spf_include", "expected domain names, found \"" + ascii::printable(name) + "\"");
  }
  dns.spf_all = section.choice("spf_all", dns.spf_all, {"-all", "~all", "?all"});
  dns.dmarc = section.choice("dmarc", dns.dmarc, {"none", "quarantine", "reject"});
  dns.dmarc_subdomains = section.choice("dmarc_subdomains", "", {"", "none", "quarantine", "reject"});
  dns.has_dmarc_reports = section.has("dmarc_reports");
  dns.dmarc_reports = section.texts("dmarc_reports");
  dns.has_tls_reports = section.has("tls_reports");
  dns.tls_reports = section.texts("tls_reports");
  for (const auto& [key, uris] :
       {std::pair{"dmarc_reports", dns.dmarc_reports}, std::pair{"tls_reports", dns.tls_reports}}) {
    for (const auto& uri : uris) {
      if (!uri.starts_with("mailto:") && !uri.starts_with("https:"))
        section.problem(key, "expected URIs such as \"mailto:postmaster@example.org\", found \"" +
                                 ascii::printable(uri) + "\"");
      if (uri.find_first_of(",;! ") != std::string::npos)
        section.problem(key, "these signs must be percent-encoded in \"" + ascii::printable(uri) +
                                 "\": comma, semicolon, \"!\", space");
    }
  }
  dns.caa = section.texts("caa");
  for (const auto& text : dns.caa) {
    if (!is_caa(text))
      section.problem("caa", "expected a tag and a value such as \"issue letsencrypt.org\", found \"" +
                                 ascii::printable(text) + "\"");
  }
}

// "25=127.0.0.1:2525"
void read_probes(const config::Section& section, Dns& dns) {
  for (const auto& text : section.texts("probe")) {
    const auto equals = std::min(text.find('='), text.size());
    const auto port = ascii::parse_unsigned(std::string_view(text).substr(0, equals));
    if (equals == text.size() || !port || *port == 0 || *port > 65'535) {
      section.problem("probe", "expected a port and an address such as \"25=192.0.2.1:25\", found \"" +
                                   ascii::printable(text) + "\"");
      continue;
    }
    dns.probe[static_cast<std::uint16_t>(*port)] = text.substr(equals + 1);
  }
}

}  // namespace

std::vector<std::string> publishable_kinds() {
  return {"mx",      "addresses", "spf", "dkim",  "dmarc",  "mta_sts",
          "tls_rpt", "tlsa",      "srv", "alias", "matrix", "caa"};
}

Dns read_dns(const config::Document& document) {
  const auto section = document.section("dns");
  Dns dns;
  read_primary(section, dns);
  read_policies(section, dns);
  dns.addresses = section.texts("addresses");
  for (const auto& address : dns.addresses) {
    if (!dns::Address::from_text(address))
      section.problem("addresses", "expected IP addresses, found \"" + ascii::printable(address) + "\"");
  }
  dns.resolvers = read_endpoints(section, "resolvers", {});
  read_probes(section, dns);
  return dns;
}

}  // namespace scop::settings
