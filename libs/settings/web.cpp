#include "settings/web.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/address.hpp"
#include "dns/domain.hpp"
#include "settings/public_server.hpp"

namespace scop::settings {

namespace {

constexpr std::chrono::seconds most_max_age{31'557'600};  // RFC 8461 3.2
constexpr std::size_t most_patterns = 50;
constexpr std::size_t most_pairs = 50;
constexpr std::size_t most_contacts = 10;

bool is_host_name(const std::string& text) {
  const auto domain = dns::to_a_labels(text);
  return domain && *domain == text && !text.contains('_');
}

// "mail.example.org:993"; "" stands for nothing.
std::optional<MailServer> read_server(const config::Section& section, std::string_view key,
                                      const std::string& otherwise) {
  const auto text = section.text(key, otherwise);
  if (text.empty()) return std::nullopt;
  const auto colon = std::min(text.rfind(':'), text.size());
  const auto port = ascii::parse_unsigned(std::string_view(text).substr(std::min(colon + 1, text.size())));
  MailServer server{.host = text.substr(0, colon)};
  if (!is_host_name(server.host) || !port || *port == 0 || *port > 65'535) {
    section.problem(key, "expected a host name and port such as \"mail.example.org:993\", found \"" +
                             ascii::printable(text) + "\"");
    return std::nullopt;
  }
  server.port = static_cast<std::uint16_t>(*port);
  return server;
}

void read_pairs(const config::Document& document, const config::Section& section, Web& web) {
  web.pairs.push_back(
      {section.path("certificate", "tls/web-cert.pem"), section.path("key", "tls/web-key.pem")});
  for (const auto& [number, pair] : document.subsections("web.pair")) {
    static_cast<void>(pair.required_text("certificate"));
    static_cast<void>(pair.required_text("key"));
    web.pairs.push_back({pair.path("certificate"), pair.path("key")});
  }
  if (web.pairs.size() > most_pairs) section.problem("pair", "expected at most 49 pairs");
}

void read_bounds(const config::Section& section, Web& web) {
  web.connections = read_count(section, "connections", web.connections, 1, 100'000);
  web.connections_per_address =
      read_count(section, "connections_per_address", web.connections_per_address, 0, 100'000);
  web.idle_timeout = read_timeout(section, "idle_timeout", web.idle_timeout);
  web.request_timeout = read_timeout(section, "request_timeout", web.request_timeout);
  web.proxy = section.texts("proxy");
  for (const auto& address : web.proxy) {
    if (!dns::Address::from_text(address))
      section.problem(
          "proxy", "expected an address such as \"127.0.0.1\", found \"" + ascii::printable(address) + "\"");
  }
}

// RFC 8461 3.2, 4.1: a host name, or one with "*" for its first label.
bool is_mx_pattern(const std::string& pattern) {
  return is_host_name(pattern.starts_with("*.") ? pattern.substr(2) : pattern);
}

void read_mta_sts(const config::Section& section, std::string_view host, Web& web) {
  const auto mode = section.choice("mta_sts", "testing", {"none", "testing", "enforce"});
  web.mta_sts = mode == "none" ? StsMode::none : mode == "enforce" ? StsMode::enforce : StsMode::testing;
  web.mta_sts_max_age =
      std::chrono::floor<std::chrono::seconds>(section.duration("mta_sts_max_age", web.mta_sts_max_age));
  if (web.mta_sts_max_age < std::chrono::seconds(1) || web.mta_sts_max_age > most_max_age)
    section.problem("mta_sts_max_age", "expected from \"1s\" to \"365d\" (RFC 8461 3.2)");
  web.mta_sts_mx = section.texts("mta_sts_mx", {std::string(host)});
  if (web.mta_sts_mx.empty() || web.mta_sts_mx.size() > most_patterns)
    section.problem("mta_sts_mx", "expected 1 to 50 names of MX hosts");
  for (const auto& pattern : web.mta_sts_mx) {
    if (!is_mx_pattern(pattern))
      section.problem("mta_sts_mx",
                      "expected MX hosts such as \"mail.example.org\" or \"*.example.org\", found \"" +
                          ascii::printable(pattern) + "\"");
  }
}

// What stands in JSON and in header fields: no space, no quote, nothing but ASCII.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return !ascii::is_control(c) && !ascii::is_8bit(c) && !std::string_view(" \"\\<>").contains(c);
  });
}

void read_well_known(const config::Section& section, Web& web) {
  web.matrix_server = section.text("matrix_server");
  if (!is_plain(web.matrix_server) || web.matrix_server.contains('/'))
    section.problem("matrix_server", "expected a host and port such as \"matrix.example.org:443\"");
  web.matrix_client = section.text("matrix_client");
  if (!web.matrix_client.empty() &&
      (!is_plain(web.matrix_client) || !web.matrix_client.starts_with("https://")))
    section.problem("matrix_client", "expected a URL such as \"https://matrix.example.org\"");
  web.security_contact = section.texts("security_contact");
  if (web.security_contact.size() > most_contacts)
    section.problem("security_contact", "expected at most 10 URIs");
  for (const auto& contact : web.security_contact) {
    if (!is_plain(contact) || !contact.contains(':'))
      section.problem("security_contact", "expected URIs such as \"mailto:security@example.org\", found \"" +
                                              ascii::printable(contact) + "\"");
  }
}

}  // namespace

Web read_web(const config::Document& document, std::string_view host) {
  Web web;
  const auto section = document.section("web");
  web.listen = read_endpoints(section, "listen", {});
  web.listen_http = read_endpoints(section, "listen_http", {});
  read_pairs(document, section, web);
  read_bounds(section, web);
  read_mta_sts(section, host, web);
  web.imap = read_server(section, "imap", "");
  web.submissions = read_server(section, "submissions", std::string(host) + ":465");
  web.submission = read_server(section, "submission", std::string(host) + ":587");
  read_well_known(section, web);
  return web;
}

}  // namespace scop::settings
