#include "settings/verifier.hpp"

#include "dns/domain.hpp"

namespace scop::settings {

Verifier read_verifier(const config::Document& document, std::string_view host, std::string_view domain) {
  const auto section = document.section("verifier");
  Verifier verifier;
  verifier.authserv_id = section.text("authserv_id", host);
  if (!dns::to_a_labels(verifier.authserv_id)) {
    section.problem("authserv_id", "expected a host name, found \"" + verifier.authserv_id + "\"");
  }
  verifier.enforce = section.choice("dmarc", "enforce", {"enforce", "label"}) == "enforce";
  verifier.defer_temperror = section.boolean("defer_temperror", false);
  for (const auto& sealer : section.texts("trusted_sealers")) {
    const auto name = dns::to_a_labels(sealer);
    if (!name) section.problem("trusted_sealers", "expected domains, found \"" + sealer + "\"");
    verifier.trusted_sealers.push_back(name.value_or(sealer));
  }
  verifier.reports = section.boolean("reports", true);
  // The signer signs reports of these two names alone.
  const auto local = section.choice("report_from", "noreply-dmarc", {"noreply-dmarc", "postmaster"});
  verifier.report_from = local + "@" + std::string(domain);
  return verifier;
}

}  // namespace scop::settings
