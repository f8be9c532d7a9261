// DKIM keys, DMARC, TLS-RPT and CAA: not only there, but meaning what they should.
#include <fmt/format.h>

#include <algorithm>

#include "dkim/key_record.hpp"
#include "dmarc/record.hpp"
#include "domain_records/caa.hpp"
#include "scop/dns_check.hpp"
#include "settings/acme.hpp"
#include "tls_report/record.hpp"

namespace scop::command {

namespace {

using domain_records::Kind;

void check_key(const CheckWorld& world, const domain_records::DkimKey& key, Findings& findings) {
  const auto name = dkim::key_name(key.selector, key.domain);
  const auto subject = name + " TXT";
  const auto answer = world.look_up({name, dns::Type::txt});
  const auto remedy = fmt::format("publish {} there (the signer does with [signer] primary)", key.record);
  if (answer.records.empty()) {
    const bool is_awaited = key.state == "publishing" || key.state == "waiting";
    if (is_awaited)
      findings.warning(subject, "is missing: the key is not in use yet", "wait, or look at `scop keys list`");
    else
      findings.problem(subject, fmt::format("is missing: nobody can verify our {} signatures", key.algorithm),
                       remedy);
    return;
  }
  if (answer.records.size() > 1) {
    findings.problem(subject, "holds several records: verifiers may take any (RFC 6376 3.6.2.2)", "keep one");
    return;
  }
  const auto there = dkim::parse_key_record(domain_records::text_of(answer.records.front()));
  const auto ours = dkim::parse_key_record(key.record);
  if (!there) {
    findings.problem(subject, "cannot be read, perhaps cut short: " + there.error().what, remedy);
  } else if (!ours) {
    findings.warning(subject, "cannot be compared: " + ours.error().what, "look at `scop keys list`");
  } else if (there->public_key.empty() && !ours->public_key.empty()) {
    findings.problem(subject, "says that the key in use is revoked (empty p=)", remedy);
  } else if (there->public_key != ours->public_key || there->type != ours->type) {
    const bool is_cut = !there->public_key.empty() && ours->public_key.starts_with(there->public_key);
    findings.problem(subject,
                     is_cut ? "is cut short: only the beginning of the key is there"
                            : "holds another key than the one that signs",
                     remedy);
  } else {
    findings.ok(subject, fmt::format("is the {} key in use", key.algorithm));
    if (there->testing)
      findings.warning(subject, "says t=y: verifiers may take our signatures for none",
                       "publish it without t=y");
  }
}

void check_dmarc(const CheckWorld& world, Findings& findings) {
  const auto name = "_dmarc." + world.facts.domain;
  const auto subject = name + " TXT";
  const auto texts = texts_of(world, name, Kind::dmarc);
  if (texts.size() > 1) {
    findings.problem(subject, "holds several DMARC records: none of them counts (RFC 7489 6.6.3)",
                     "keep one");
    return;
  }
  if (texts.empty()) {
    for (const auto& rdata : world.look_up({name, dns::Type::txt}).records) {
      findings.problem(subject, "is no DMARC record: " + domain_records::text_of(rdata),
                       "it has to begin with v=DMARC1; (RFC 7489 6.3)");
    }
    return;
  }
  const auto record = dmarc::parse_record(texts.front());
  if (!record) {
    findings.problem(subject, "cannot be read: " + record.error().what, "publish the configured one");
  } else if (record->without_policy) {
    findings.problem(subject, "its policy is missing or misspelt, so that there is none: " + texts.front(),
                     "p= and sp= are none, quarantine or reject");
  } else {
    findings.ok(subject, fmt::format("p={}", dmarc::name_of(record->p)));
    if (record->rua.empty())
      findings.warning(subject, "asks for no reports: nobody tells you what fails", "add rua=mailto:…");
  }
}

void check_tls_reports(const CheckWorld& world, Findings& findings) {
  const auto name = tls_report::record_name(world.facts.domain);
  const auto answer = world.look_up({name, dns::Type::txt});
  if (answer.records.empty()) return;  // said elsewhere, where one is wanted
  const auto record = tls_report::record_among(answer.records);
  if (!record) {
    findings.problem(name + " TXT", "cannot be read: " + record.error().what,
                     "such as v=TLSRPTv1; rua=mailto:postmaster@… (RFC 8460 3)");
  } else if (!*record) {
    findings.problem(name + " TXT", "is no TLS-RPT record, or there are several",
                     "one that begins with v=TLSRPTv1;");
  } else {
    findings.ok(name + " TXT",
                fmt::format("reports go to {}", (*record)->rua.empty() ? "nobody" : (*record)->rua.front()));
  }
}

// The CAs that we use, as CAA names them.
std::set<std::string> our_issuers(const CheckWorld& world) {
  std::set<std::string> issuers;
  for (const auto& text : world.facts.policy.caa) {
    const auto caa = domain_records::caa_from_text(text);
    if (caa && caa->tag == "issue") issuers.insert(domain_records::issuer_of(*caa));
  }
  const auto& mesh = world.instance.mesh();
  const auto acme = settings::read_acme(world.instance.document(), mesh.host, mesh.domain);
  if (acme.enabled && acme.directory.contains("letsencrypt.org")) issuers.insert("letsencrypt.org");
  issuers.erase("");
  return issuers;
}

// RFC 8659 3: the records of the name, or of the nearest name above that has any.
std::vector<domain_records::Caa> relevant_caa(const CheckWorld& world, std::string name,
                                              std::string& found_at) {
  while (!name.empty()) {
    const auto answer = world.look_up({name, dns::Type::caa});
    std::vector<domain_records::Caa> records;
    for (const auto& rdata : answer.records) {
      if (auto caa = domain_records::read_caa(rdata)) records.push_back(std::move(*caa));
    }
    found_at = name;
    if (!answer.records.empty()) return records;
    const auto dot = name.find('.');
    name = dot == std::string::npos ? "" : name.substr(dot + 1);
  }
  return {};
}

}  // namespace

void check_dkim(const CheckWorld& world, Findings& findings) {
  if (world.facts.keys.empty()) {
    findings.problem(
        world.facts.domain + " DKIM", "no key is known that signs for the domain",
        fmt::format("`scop keys make --domain {}`, and look whether the signer is up", world.facts.domain));
  }
  for (const auto& key : world.facts.keys) {
    if (key.state != "removing") check_key(world, key, findings);
  }
}

void check_policies(const CheckWorld& world, Findings& findings) {
  check_dmarc(world, findings);
  check_tls_reports(world, findings);
}

void check_caa(const CheckWorld& world, Findings& findings) {
  std::string found_at;
  const auto records = relevant_caa(world, world.facts.host, found_at);
  std::set<std::string> allowed;
  bool restricts = false;
  for (const auto& caa : records) {
    if (caa.tag != "issue") continue;
    restricts = true;
    allowed.insert(domain_records::issuer_of(caa));
  }
  if (!restricts) return;  // everybody may
  for (const auto& issuer : our_issuers(world)) {
    if (allowed.contains(issuer)) {
      findings.ok(found_at + " CAA",
                  fmt::format("lets {} issue certificates for {}", issuer, world.facts.host));
    } else {
      findings.problem(found_at + " CAA",
                       fmt::format("forbids {} to issue certificates for {}", issuer, world.facts.host),
                       fmt::format("add 0 issue \"{}\", or the next renewal fails", issuer));
    }
  }
}

}  // namespace scop::command
