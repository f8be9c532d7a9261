// Secrets on disk: modes and owners as found; certificates, and how old keys are.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "risk/access.hpp"
#include "risk/rules.hpp"
#include "topology/topology.hpp"

namespace scop::risk {

namespace {

constexpr std::chrono::days old_key{400};
constexpr std::chrono::days old_signing_key{180};

// Whether anybody on this machine could walk to it.
bool can_be_walked_to(const Facts& facts, const std::filesystem::path& path) {
  for (auto folder = path.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    const auto above = facts.files.find(folder.string());
    if (above != facts.files.end() && (above->second.mode & 1U) == 0) return false;
  }
  return true;
}

gid_t group_of(const Facts& facts, std::string_view holder) {
  const auto user = user_of(facts, holder);
  return user.groups.empty() ? user.id : user.groups.back();
}

std::string mode_text(const File& file) {
  return fmt::format("mode {:o}, user {}, group {}", file.mode, file.user, file.group);
}

// One finding an asset and fault, however many files have it.
struct Faults {
  std::vector<std::string> open, in_open, writable, grouped;
};

void tell(const std::vector<std::string>& files, const Asset& asset, Finding finding, const Facts& facts,
          Findings& findings) {
  if (files.empty()) return;
  finding.subject = files.front();
  finding.what =
      fmt::format("{} ({}; {}){}", finding.what, asset.what, mode_text(facts.files.at(files.front())),
                  files.size() > 1 ? fmt::format(", and {} files more", files.size() - 1) : "");
  finding.why = "whoever reads it can " + asset.if_lost;
  finding.source = Source::disk;
  findings.push_back(std::move(finding));
}

void judge_asset(const Facts& facts, const Asset& asset, Findings& findings) {
  Faults faults;
  for (const auto& path : files_of(facts, asset)) {
    const auto& file = facts.files.at(path);
    if ((file.mode & 022U) != 0) faults.writable.push_back(path);
    if ((file.mode & 04U) != 0) {
      (can_be_walked_to(facts, path) ? faults.open : faults.in_open).push_back(path);
    } else if ((file.mode & 040U) != 0 && file.group != group_of(facts, asset.holder) && file.group != 0 &&
               asset.holder != "mailbox") {
      faults.grouped.push_back(path);
    }
  }
  const auto remedy = fmt::format("chmod 600 {}", asset.path);
  tell(faults.open, asset,
       {"secret-readable", Severity::critical, "", "everyone on this machine can read it", "", remedy}, facts,
       findings);
  tell(faults.in_open, asset,
       {"secret-mode", Severity::medium, "", "its mode lets everyone read it; a folder above it does not", "",
        remedy},
       facts, findings);
  tell(faults.grouped, asset,
       {"secret-group", Severity::high, "", "a group of others can read it", "", remedy}, facts, findings);
  tell(faults.writable, asset, {"secret-writable", Severity::critical, "", "others can write it", "", remedy},
       facts, findings);
}

void judge_reach(const Facts& facts, const Asset& asset, Findings& findings) {
  std::string whom;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon || daemon.name == asset.holder || within_reach(facts, daemon.name, asset).empty())
      continue;
    whom += fmt::format("{}{}", whom.empty() ? "" : ", ", daemon.name);
  }
  if (whom.empty()) return;
  findings.push_back({"secret-within-reach", Severity::high, asset.path,
                      fmt::format("{} of {}: within reach of {}", asset.what, asset.holder, whom),
                      "whoever takes one of them over can " + asset.if_lost,
                      "owner and mode for its holder alone; Landlock for the others", Source::disk});
}

void judge_authority(const Facts& facts, Findings& findings) {
  const auto key = (facts.settings.mesh.folder / "mesh/ca.key").string();
  if (!facts.files.contains(key)) return;
  findings.push_back(
      {"ca-key-here", Severity::medium, key, "the mesh CA's private key lies beside the daemons",
       "whoever becomes root here, or reads a backup, can be any daemon from then on, elsewhere too",
       "keep it off this machine, and bring it for `scop certs renew`", Source::disk});
}

void judge_configuration(const Facts& facts, Findings& findings) {
  const auto found = facts.files.find(facts.config);
  if (found == facts.files.end()) return;
  const auto& file = found->second;
  std::string whose;
  for (const auto& daemon : facts.daemons) {
    const auto user = user_of(facts, daemon.name).id;
    if (user != 0 && user != facts.reader && file.user == user) whose = daemon.name;
  }
  if ((file.mode & 022U) == 0 && whose.empty()) return;
  findings.push_back({"config-writable", Severity::critical, facts.config,
                      whose.empty() ? fmt::format("others can write it ({})", mode_text(file))
                                    : fmt::format("it belongs to {} ({})", whose, mode_text(file)),
                      "walls, ports, users and smarthosts are taken from it at the next start",
                      "chown root, chmod 644", Source::disk});
}

void judge_validity(const Facts& facts, const Certificate& certificate, Findings& findings) {
  const auto left = certificate.not_after - facts.when;
  const auto lifetime = certificate.not_after - certificate.not_before;
  const auto days = std::chrono::floor<std::chrono::days>(left).count();
  if (left <= std::chrono::milliseconds(0)) {
    findings.push_back({"certificate-expired", Severity::critical, certificate.name,
                        fmt::format("expired {} days ago ({})", -days, certificate.path),
                        "whoever checks certificates no longer talks with us", "renew it", Source::disk});
  } else if (left < std::min<std::chrono::milliseconds>(std::chrono::days(14), lifetime / 4)) {
    findings.push_back({"certificate-ends", Severity::high, certificate.name,
                        fmt::format("ends in {} days ({})", days, certificate.path),
                        "whoever checks certificates no longer talks with us then",
                        "renew it: `scop acme run`", Source::disk});
  }
}

void judge_public(const Facts& facts, const Certificate& certificate, Findings& findings) {
  judge_validity(facts, certificate, findings);
  if (certificate.is_self_signed)
    findings.push_back({"self-signed", Severity::high, certificate.name,
                        fmt::format("is self-signed ({})", certificate.path),
                        certificate.name == "web"
                            ? "mail servers ignore the MTA-STS policy behind it"
                            : "people learn to click warnings away; nobody can tell us from "
                              "someone in between, but by DANE",
                        "[acme] in scop.toml, or `scop certs public install CERT KEY`", Source::disk});
  const auto& host = facts.settings.mesh.host;
  if (certificate.name == "public" && std::ranges::find(certificate.hosts, host) == certificate.hosts.end())
    findings.push_back({"certificate-name", Severity::high, certificate.name,
                        fmt::format("does not name {} ({})", host, certificate.path),
                        "mail programs refuse it", "have one issued for that name", Source::disk});
}

void judge_ages(const Facts& facts, Findings& findings) {
  for (const auto& asset : assets_of(facts.settings)) {
    if (asset.id != "public tls key" && asset.id != "pipe key" && asset.id != "signer's tsig key" &&
        asset.id != "operator's tsig key")
      continue;
    const auto found = facts.files.find(asset.path);
    if (found == facts.files.end() || facts.when - found->second.changed < old_key) continue;
    findings.push_back(
        {"key-old", Severity::low, asset.path,
         fmt::format("{} is {} days old", asset.what,
                     std::chrono::floor<std::chrono::days>(facts.when - found->second.changed).count()),
         "every backup since then holds it",
         asset.id == "pipe key" ? "`scop certs renew --new-keys`" : "replace it", Source::disk});
  }
}

void judge_signing_keys(const Facts& facts, Findings& findings) {
  if (!facts.signing_keys) return;
  const auto source = facts.signing_keys_are_live ? Source::daemon : Source::disk;
  std::map<std::string, unsigned> domains;
  for (const auto& key : *facts.signing_keys) {
    ++domains[key.domain];
    if ((key.state.empty() || key.state == "signing") && key.since != Time() &&
        facts.when - key.since > old_signing_key)
      findings.push_back({"dkim-key-old", Severity::medium,
                          fmt::format("{}._domainkey.{}", key.selector, key.domain),
                          fmt::format("signs since {} days",
                                      std::chrono::floor<std::chrono::days>(facts.when - key.since).count()),
                          "who has taken it meanwhile signs as we do",
                          "`scop keys rotate`; [signer] primary does it by itself", source});
  }
  if (!domains.contains(facts.settings.mesh.domain))
    findings.push_back({"dkim-no-key", Severity::high, facts.settings.mesh.domain, "has no DKIM key",
                        "its mail is refused here, or leaves unsigned", "`scop keys make`", source});
  if (domains.size() > 1)
    findings.push_back({"dkim-many-domains", Severity::note, "signer",
                        fmt::format("it holds the keys of {} domains", domains.size()),
                        "one break-in signs for all of them",
                        "an instance of its own for domains that must not "
                        "share a fate",
                        source});
}

}  // namespace

void judge_files(const Facts& facts, Findings& findings) {
  for (const auto& asset : assets_of(facts.settings)) {
    if (asset.path.empty()) continue;
    if (asset.is_secret) judge_asset(facts, asset, findings);
    if (asset.is_secret) judge_reach(facts, asset, findings);
  }
  judge_authority(facts, findings);
  judge_configuration(facts, findings);
}

void judge_certificates(const Facts& facts, Findings& findings) {
  for (const auto& certificate : facts.certificates) {
    if (certificate.name == "public" || certificate.name == "web") {
      judge_public(facts, certificate, findings);
    } else {
      judge_validity(facts, certificate, findings);
    }
  }
  judge_ages(facts, findings);
  judge_signing_keys(facts, findings);
}

}  // namespace scop::risk
