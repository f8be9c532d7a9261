#include "resolver/unbound_conf.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dns/address.hpp"
#include "dns/name.hpp"

namespace scop::resolver {

namespace {

class Text {
 public:
  void section(std::string_view name) { text_ += fmt::format("{}:\n", name); }
  void word(std::string_view key, std::string_view value) { text_ += fmt::format("  {}: {}\n", key, value); }
  void flag(std::string_view key, bool value) { word(key, value ? "yes" : "no"); }
  void number(std::string_view key, std::uint64_t value) { word(key, fmt::to_string(value)); }
  void quoted(std::string_view key, std::string_view value) {
    text_ += fmt::format("  {}: \"{}\"\n", key, value);
  }
  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
};

// Whatever was in it: letters, digits, "-", "_", "*", "/" and escapes are left.
std::string zone_name(const std::string& zone) {
  const auto wire = dns::name_to_wire(zone);
  const auto name = wire ? dns::name_from_wire(*wire) : std::unexpected(wire.error());
  if (!name || *name == ".") return ".";
  return dns::canonical_text(*name) + ".";
}

bool is_on_this_host(const settings::DnsServer& server) {
  const auto address = dns::Address::from_text(server.address);
  return address && address->is_never_remote();
}

// libunbound shuns name servers on loopback: a stranger's delegation must not make it talk to this host. Only
// where the administrator names such a server is that given up.
bool asks_this_host(const settings::Resolver& settings) {
  const auto by_tunnel = [](const settings::DnsServer& server) { return !server.tls_name.empty(); };
  if (std::ranges::any_of(settings.forward, is_on_this_host)) return true;
  if (std::ranges::any_of(settings.forward, by_tunnel)) return true;
  return std::ranges::any_of(settings.stubs, [](const settings::StubZone& stub) {
    return std::ranges::any_of(stub.servers, is_on_this_host);
  });
}

void add_asking(Text& text, const settings::Resolver& settings) {
  text.flag("do-ip4", settings.ipv4);
  text.flag("do-ip6", settings.ipv6);
  text.flag("do-not-query-localhost", !asks_this_host(settings));
  text.number("edns-buffer-size", 1232);  // fits one unfragmented packet everywhere
  text.number("outgoing-range", 1024);
  text.number("outgoing-num-tcp", 64);
  text.number("num-queries-per-thread", 4096);
  text.flag("qname-minimisation", settings.qname_minimisation);
  text.flag("use-caps-for-id", settings.mixed_case);
  // Name servers' addresses are fetched when needed and no sooner: referrals cannot multiply queries.
  text.quoted("target-fetch-policy", "0 0 0 0 0");
  text.number("unwanted-reply-threshold", 100'000);  // a flood of guesses: forget what may be forged
  if (!settings.root_hints.empty()) text.quoted("root-hints", settings.root_hints.string());
}

void add_caching(Text& text, const settings::Resolver& settings) {
  // The answer cache before the library has the rest (cache.hpp).
  text.number("msg-cache-size", settings.cache / 8);
  text.number("rrset-cache-size", settings.cache * 3 / 8);
  text.number("key-cache-size", settings.cache / 16);
  text.number("neg-cache-size", settings.cache / 16);
  text.flag("aggressive-nsec", settings.aggressive_nsec);
  text.flag("prefetch-key", settings.prefetch);
  text.flag("serve-expired", false);  // the answer cache does, and says so
  text.flag("rrset-roundrobin", false);
  text.flag("minimal-responses", false);
}

void add_hardening(Text& text) {
  text.flag("harden-glue", true);
  text.flag("harden-dnssec-stripped", true);
  text.flag("harden-below-nxdomain", true);
  text.flag("harden-short-bufsize", true);
  text.flag("harden-large-queries", true);
  text.flag("val-clean-additional", true);
  text.quoted("val-nsec3-keysize-iterations", "1024 150 2048 150 4096 150");
  text.flag("trust-anchor-signaling", false);
  text.flag("root-key-sentinel", false);
  text.flag("log-servfail", true);  // the reason of a SERVFAIL comes no other way (library_log.hpp)
  text.number("val-log-level", 2);  // without it there is no reason in a bogus answer
}

void add_validation(Text& text, const settings::Resolver& settings, const AnchorSources& anchors) {
  text.quoted("module-config", settings.dnssec ? "validator iterator" : "iterator");
  if (!settings.dnssec) return;
  for (const auto& file : anchors.kept) text.quoted("auto-trust-anchor-file", file.string());
  for (const auto& record : anchors.records) text.quoted("trust-anchor", record);
  for (const auto& domain : settings.insecure_domains) text.quoted("domain-insecure", zone_name(domain));
  if (!settings.unsafe_test_clock.empty()) text.quoted("val-override-date", settings.unsafe_test_clock);
  if (settings.unsafe_test_hold_down.count() > 0) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(settings.unsafe_test_hold_down).count();
    text.flag("permit-small-holddown", true);
    text.number("add-holddown", static_cast<std::uint64_t>(seconds));
    text.number("del-holddown", static_cast<std::uint64_t>(seconds));
  }
}

std::string server_text(const settings::DnsServer& server) {
  auto text = fmt::format("{}@{}", server.address, server.port);
  if (!server.tls_name.empty()) text += "#" + server.tls_name;
  return text;
}

void add_forwarders(Text& text, const settings::Resolver& settings,
                    const std::vector<std::uint16_t>& tunnels) {
  if (settings.forward.empty()) return;
  text.section("forward-zone");
  text.quoted("name", ".");
  text.flag("forward-tcp-upstream", !tunnels.empty());
  for (const auto port : tunnels) text.word("forward-addr", fmt::format("127.0.0.1@{}", port));
  if (!tunnels.empty()) return;
  for (const auto& server : settings.forward) text.word("forward-addr", server_text(server));
}

}  // namespace

std::string unbound_conf(const settings::Resolver& settings, const AnchorSources& anchors,
                         const std::vector<std::uint16_t>& tunnels) {
  Text text;
  text.section("server");
  add_asking(text, settings);
  add_caching(text, settings);
  add_hardening(text);
  add_validation(text, settings, anchors);
  // Else libunbound's own empty zones (test., invalid., 10.in-addr.arpa. …) answer for a stub, and for all
  // below it.
  for (const auto& stub : settings.stubs)
    text.word("local-zone", fmt::format("\"{}\" transparent", zone_name(stub.zone)));
  for (const auto& stub : settings.stubs) {
    text.section("stub-zone");
    text.quoted("name", zone_name(stub.zone));
    text.flag("stub-prime", stub.primed);
    for (const auto& server : stub.servers) text.word("stub-addr", server_text(server));
  }
  add_forwarders(text, settings, tunnels);
  return std::move(text).take();
}

}  // namespace scop::resolver
