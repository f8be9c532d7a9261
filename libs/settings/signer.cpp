#include "settings/signer.hpp"

#include <algorithm>
#include <string_view>

namespace scop::settings {

namespace {

//   ftext = %d33-57 / %d59-126 (RFC 5322 3.6.8)
bool is_field_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
}

bool has_port(const std::string& address) {
  const auto colon = address.rfind(':');
  return colon != std::string::npos && colon + 1 < address.size();
}

void read_primary(const config::Section& section, Signer& signer) {
  signer.primary = section.text("primary");
  signer.zone = section.text("zone");
  if (section.has("tsig_key_file")) signer.tsig_key_file = section.path("tsig_key_file");
  signer.tsig_name = section.text("tsig_name");
  signer.ttl = static_cast<std::uint32_t>(section.integer("ttl", signer.ttl, 1, 604'800));
  if (!signer.primary.empty() && !has_port(signer.primary)) {
    section.problem("primary", "expected an address and port such as \"127.0.0.1:53\"");
  }
  if (!signer.primary.empty() && signer.tsig_key_file.empty()) {
    section.problem("tsig_key_file", "is missing: updates of the primary are signed with TSIG");
  }
  signer.name_servers = section.texts("name_servers");
  for (const auto& server : signer.name_servers) {
    if (!has_port(server))
      section.problem("name_servers",
                      "expected addresses and ports such as \"192.0.2.2:53\", found \"" + server + "\"");
  }
}

void read_life(const config::Section& section, Signer& signer) {
  const bool has_primary = !signer.primary.empty();
  signer.rotate_every =
      section.duration("rotate_every", has_primary ? std::chrono::days{90} : std::chrono::days{0});
  signer.keep = section.duration("keep", signer.keep);
  signer.retire_for = section.duration("retire_for", signer.retire_for);
  signer.margin = section.duration("margin", signer.margin);
  if (signer.rotate_every.count() > 0 && !has_primary) {
    section.problem(
        "rotate_every",
        "needs a primary that takes the new records; without one, `scop keys rotate` rotates by hand");
  }
}

}  // namespace

Signer read_signer(const config::Document& document) {
  const auto section = document.section("signer");
  Signer signer;
  const auto unsigned_domains = section.text("unsigned_domains", "refuse");
  if (unsigned_domains != "refuse" && unsigned_domains != "pass") {
    section.problem("unsigned_domains",
                    "expected \"refuse\" or \"pass\", found \"" + unsigned_domains + "\"");
  }
  signer.pass_unsigned = unsigned_domains == "pass";
  signer.oversign = section.texts("oversign");
  for (const auto& name : signer.oversign) {
    if (!is_field_name(name)) section.problem("oversign", "expected field names, found \"" + name + "\"");
  }
  signer.lifetime =
      std::chrono::duration_cast<std::chrono::seconds>(section.duration("lifetime", signer.lifetime));
  read_primary(section, signer);
  read_life(section, signer);
  return signer;
}

}  // namespace scop::settings
