#include "settings/signer.hpp"

#include <algorithm>
#include <string_view>

namespace scop::settings {

namespace {

//   ftext = %d33-57 / %d59-126 (RFC 5322 3.6.8)
bool is_field_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
}

void read_primary(const config::Section& section, Signer& signer) {
  signer.primary = section.text("primary");
  signer.zone = section.text("zone");
  if (section.has("tsig_key_file")) signer.tsig_key_file = section.path("tsig_key_file");
  signer.tsig_name = section.text("tsig_name");
  signer.ttl = static_cast<std::uint32_t>(section.integer("ttl", signer.ttl, 1, 604'800));
  const auto colon = signer.primary.rfind(':');
  if (!signer.primary.empty() && (colon == std::string::npos || colon + 1 == signer.primary.size())) {
    section.problem("primary", "expected an address and port such as \"127.0.0.1:53\"");
  }
  if (!signer.primary.empty() && signer.tsig_key_file.empty()) {
    section.problem("tsig_key_file", "is missing: updates of the primary are signed with TSIG");
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
  return signer;
}

}  // namespace scop::settings
