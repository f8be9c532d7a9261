#include "settings/acme.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/domain.hpp"
#include "settings/public_server.hpp"

namespace scop::settings {

namespace {

constexpr std::string_view production = "https://acme-v02.api.letsencrypt.org/directory";
constexpr std::string_view staging = "https://acme-staging-v02.api.letsencrypt.org/directory";
constexpr std::size_t most_names = 100;  // of one certificate: Let's Encrypt's bound too
constexpr std::size_t most_secondaries = 20;

// RFC 1123 2.1, with a wildcard in front where wanted (RFC 8555 7.1.3).
bool is_certificate_name(const std::string& text) {
  const auto rest = text.starts_with("*.") ? text.substr(2) : text;
  const auto name = dns::to_a_labels(rest);
  return name && *name == rest && !rest.contains('_') && rest.contains('.');
}

std::vector<std::string> read_names(const config::Section& section, std::string_view key,
                                    std::vector<std::string> otherwise) {
  auto names = section.texts(key, std::move(otherwise));
  for (const auto& name : names) {
    if (!is_certificate_name(name))
      section.problem(key, "expected host names in lower case such as \"mail.example.org\", found \"" +
                               ascii::printable(name) + "\"");
  }
  if (names.size() > most_names) section.problem(key, "expected at most 100 names");
  return names;
}

std::string read_directory(const config::Section& section) {
  const auto text = section.text("directory", "letsencrypt");
  if (text == "letsencrypt") return std::string(production);
  if (text == "staging") return std::string(staging);
  const bool is_url = text.starts_with("https://") && text.size() > 8 && text.size() < 1'000 &&
                      std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
  if (!is_url)
    section.problem("directory",
                    "expected \"letsencrypt\", \"staging\" or a URL that begins with https://, found \"" +
                        ascii::printable(text) + "\"");
  return text;
}

void read_issuer(const config::Section& section, Acme& acme) {
  acme.enabled = section.boolean("enabled", false);
  acme.directory = read_directory(section);
  acme.contact = section.text("contact");
  // It goes into a command line: nothing that could be taken for an option.
  if (!acme.contact.empty() && (!acme.contact.contains('@') || acme.contact.starts_with('-') ||
                                acme.contact.find_first_of(" \t,?") != std::string::npos))
    section.problem("contact", "expected an address such as \"postmaster@example.org\"");
  acme.terms_agreed = section.boolean("terms_agreed", false);
  if (acme.enabled && !acme.terms_agreed)
    section.problem("enabled", "wants terms_agreed = true: read the ACME server's terms of service first");
  acme.key_type = section.choice("key_type", "ecdsa-p256",
                                 {"ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072", "rsa-4096"});
  if (section.has("renew_before")) acme.renew_before = read_timeout(section, "renew_before", {});
  acme.new_key_every = section.duration("new_key_every", {});
  acme.retry = read_timeout(section, "retry", acme.retry);
  acme.client = section.path("client", acme.client.string());
  if (section.has("authorities")) acme.authorities = section.path("authorities");
}

std::string read_primary(const config::Document& document, const config::Section& section) {
  if (section.has("primary") && !section.text("primary").empty()) {
    const auto endpoints = read_endpoints(section, "primary", {});
    return endpoints.empty() ? "" : endpoints.front();
  }
  return document.section("dns").text("primary");
}

void read_tlsa(const config::Section& section, Acme& acme) {
  if (section.has("tlsa_tsig_key_file")) acme.tlsa_tsig_key_file = section.path("tlsa_tsig_key_file");
  acme.tlsa_tsig_name = section.text("tlsa_tsig_name");
  acme.tlsa_ttl = static_cast<std::uint32_t>(section.integer("tlsa_ttl", acme.tlsa_ttl, 1, 604'800));
  for (const auto& port : section.texts("tlsa_ports", {"25", "465", "587"})) {
    const auto number = ascii::parse_unsigned(port);
    if (number && *number > 0 && *number <= 65'535) {
      acme.tlsa_ports.push_back(static_cast<std::uint16_t>(*number));
    } else {
      section.problem("tlsa_ports",
                      "expected ports such as \"25\", found \"" + ascii::printable(port) + "\"");
    }
  }
}

}  // namespace

Acme read_acme(const config::Document& document, const std::string& host, const std::string& domain) {
  const auto section = document.section("acme");
  Acme acme;
  read_issuer(section, acme);
  acme.names = read_names(section, "names", {host});
  if (acme.names.empty()) section.problem("names", "expected at least one name");
  acme.web_names = read_names(section, "web_names",
                              {"mta-sts." + domain, "autoconfig." + domain, "autodiscover." + domain});
  acme.primary = read_primary(document, section);
  acme.tsig_key_file = section.path("tsig_key_file", "acme/tsig.key");
  acme.tsig_name = section.text("tsig_name");
  acme.secondaries = read_endpoints(section, "secondaries", {});
  if (acme.secondaries.size() > most_secondaries) section.problem("secondaries", "expected at most 20");
  acme.propagation = read_timeout(section, "propagation", acme.propagation);
  if (acme.enabled && acme.primary.empty())
    section.problem("enabled", "wants primary, here or in [dns]: challenges are published there (RFC 2136)");
  read_tlsa(section, acme);
  return acme;
}

}  // namespace scop::settings
