#include "settings/courier.hpp"

#include <optional>
#include <utility>

#include "core/ascii.hpp"
#include "dns/address.hpp"
#include "dns/domain.hpp"

namespace scop::settings {

namespace {

constexpr std::string_view target_form =
    "expected a host and port such as \"relay.example:587\" or \"[2001:db8::7]:25\"";

RouteTls read_tls(const config::Section& section, std::string_view key, RouteTls otherwise) {
  static constexpr std::pair<std::string_view, RouteTls> names[] = {
      {"off", RouteTls::off},
      {"opportunistic", RouteTls::opportunistic},
      {"require", RouteTls::require},
      {"verify", RouteTls::verify},
      {"implicit", RouteTls::implicit}};
  if (!section.has(key)) return otherwise;
  const auto chosen =
      section.choice(key, "opportunistic", {"off", "opportunistic", "require", "verify", "implicit"});
  for (const auto& [name, tls] : names) {
    if (name == chosen) return tls;
  }
  return otherwise;
}

constexpr std::size_t most_public_addresses = 16;

UnauthorisedSenders read_unauthorised_senders(const config::Section& section) {
  const auto chosen = section.choice("unauthorised_senders", "warn", {"off", "warn", "hold"});
  if (chosen == "off") return UnauthorisedSenders::off;
  return chosen == "hold" ? UnauthorisedSenders::hold : UnauthorisedSenders::warn;
}

struct Target {
  std::string host;
  std::uint16_t port = 0;
};

std::optional<Target> parse_target(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = ascii::parse_unsigned(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (dns::Address::from_text(host)) return Target{std::string(host), static_cast<std::uint16_t>(*port)};
  auto name = dns::to_a_labels(host);
  if (!name) return std::nullopt;
  return Target{std::move(*name), static_cast<std::uint16_t>(*port)};
}

std::string route_domain(const config::Section& section) {
  const auto text = section.required_text("domain");
  if (text.empty() || text == "*") return text;
  const bool below = text.starts_with('.');
  const auto domain = dns::to_a_labels(std::string_view(text).substr(below ? 1 : 0));
  if (domain) return (below ? "." : "") + *domain;
  section.problem("domain", "expected a domain, \".domain\" for all below it, or \"*\"");
  return {};
}

Route read_route(const config::Section& section, std::string_view target_key, std::string domain) {
  Route route;
  route.domain = std::move(domain);
  if (section.has("credentials")) route.credentials_file = section.path("credentials");
  const bool secret = !route.credentials_file.empty();
  const auto target = parse_target(section.required_text(target_key));
  if (target) {
    route.host = target->host;
    route.port = target->port;
  } else {
    section.problem(target_key, target_form);
  }
  auto otherwise = secret ? RouteTls::verify : RouteTls::opportunistic;
  if (route.port == 465) otherwise = RouteTls::implicit;
  const std::string_view tls_key = target_key == "to" ? "tls" : "smarthost_tls";
  route.tls = read_tls(section, tls_key, otherwise);
  if (secret && route.tls != RouteTls::verify && route.tls != RouteTls::implicit) {
    section.problem(tls_key,
                    "a password is only sent to a verified host: expected \"verify\" or \"implicit\"");
  }
  return route;
}

DomainTls read_policy(const config::Section& section) {
  static constexpr std::pair<std::string_view, DomainTls> names[] = {
      {"off", DomainTls::off},
      {"opportunistic", DomainTls::opportunistic},
      {"require", DomainTls::require},
      {"verify", DomainTls::verify},
      {"dane", DomainTls::dane}};
  if (section.required_text("policy").empty()) return DomainTls::verify;
  const auto chosen =
      section.choice("policy", "verify", {"off", "opportunistic", "require", "verify", "dane"});
  for (const auto& [name, policy] : names) {
    if (name == chosen) return policy;
  }
  return DomainTls::verify;
}

TlsRule read_tls_rule(const config::Section& section) {
  TlsRule rule{route_domain(section), read_policy(section), {}};
  for (const auto& text : section.texts("match")) {
    const bool below = text.starts_with('.');
    const auto name = dns::to_a_labels(std::string_view(text).substr(below ? 1 : 0));
    if (name) {
      rule.match.push_back((below ? "." : "") + *name);
    } else {
      section.problem("match", "expected host names, or \".name\" for all below it");
    }
  }
  if (!rule.match.empty() && rule.policy != DomainTls::verify)
    section.problem("match", "names are compared with policy = \"verify\" alone");
  return rule;
}

void read_tls_of_mx(const config::Document& document, const config::Section& section, Courier& courier) {
  courier.tls = read_tls(section, "tls", RouteTls::opportunistic);
  courier.dane = section.boolean("dane", true);
  courier.dane_insecure_mx = section.boolean("dane_insecure_mx", false);
  courier.mta_sts = section.boolean("mta_sts", true);
  courier.sts_timeout = section.duration("sts_timeout", courier.sts_timeout);
  for (const auto& [key, rule] : document.subsections("courier.tls_policy"))
    courier.tls_rules.push_back(read_tls_rule(rule));
}

void read_timeouts(const config::Section& section, Courier& courier) {
  const std::pair<std::string_view, std::chrono::milliseconds*> keys[] = {
      {"reuse_idle", &courier.reuse_idle},
      {"connect_timeout", &courier.connect_timeout},
      {"greeting_timeout", &courier.greeting_timeout},
      {"ehlo_timeout", &courier.ehlo_timeout},
      {"mail_timeout", &courier.mail_timeout},
      {"data_timeout", &courier.data_timeout},
      {"block_timeout", &courier.block_timeout},
      {"final_timeout", &courier.final_timeout},
      {"attempt_timeout", &courier.attempt_timeout}};
  for (const auto& [key, value] : keys) *value = section.duration(key, *value);
}

void read_addresses(const config::Section& section, Courier& courier) {
  courier.source_addresses = section.texts("source_addresses");
  courier.own_addresses = section.texts("own_addresses");
  for (const auto* key : {"source_addresses", "own_addresses"}) {
    for (const auto& text : section.texts(key)) {
      if (!dns::Address::from_text(text))
        section.problem(key, "\"" + ascii::printable(text) + "\" is not an IP address");
    }
  }
  for (const auto& text : section.texts("public_addresses")) {
    if (const auto address = dns::Address::from_text(text)) {
      courier.public_addresses.push_back(*address);
    } else {
      section.problem("public_addresses", "\"" + ascii::printable(text) + "\" is not an IP address");
    }
  }
  if (courier.public_addresses.size() > most_public_addresses)
    section.problem("public_addresses", "expected at most 16 addresses");
  courier.ipv4 = section.boolean("ipv4", true);
  courier.ipv6 = section.boolean("ipv6", true);
  if (!courier.ipv4 && !courier.ipv6) section.problem("ipv6", "ipv4 and ipv6 cannot both be off");
  courier.allow_loopback = section.boolean("allow_loopback", false);
}

}  // namespace

Courier read_courier(const config::Document& document, std::string_view host) {
  Courier courier;
  const auto section = document.section("courier");
  courier.helo = section.text("helo", host);
  if (!dns::to_a_labels(courier.helo) && !dns::Address::from_literal(courier.helo)) {
    section.problem("helo", "expected a host name or an address literal");
  }
  courier.port = static_cast<std::uint16_t>(section.integer("port", 25, 1, 65535));
  courier.https_port = static_cast<std::uint16_t>(section.integer("https_port", 443, 1, 65535));
  read_tls_of_mx(document, section, courier);
  read_addresses(section, courier);
  courier.unauthorised_senders = read_unauthorised_senders(section);
  if (section.has("authorities")) courier.authorities = section.path("authorities");
  courier.connections = static_cast<std::size_t>(section.integer("connections", 500, 1, 20'000));
  read_timeouts(section, courier);
  for (const auto& [key, route] : document.subsections("courier.route")) {
    courier.routes.push_back(read_route(route, "to", route_domain(route)));
  }
  // Last: a domain's own route goes before it.
  if (section.has("smarthost")) courier.routes.push_back(read_route(section, "smarthost", "*"));
  return courier;
}

}  // namespace scop::settings
