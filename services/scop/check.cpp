// scop check: the configuration with file and line, and the files that daemons will want.
#include "scop/check.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>

#include "core/ascii.hpp"
#include "files/descriptor.hpp"
#include "grant/keys.hpp"
#include "mesh_ca/facts.hpp"
#include "scop/acme_check.hpp"
#include "scop/acme_user.hpp"
#include "scop/check_web.hpp"
#include "scop/command.hpp"
#include "scop/dkim_files.hpp"
#include "scop/json.hpp"
#include "scop/layout.hpp"
#include "settings/accounts.hpp"
#include "settings/acme.hpp"
#include "settings/courier.hpp"
#include "settings/dns.hpp"
#include "settings/mesh.hpp"
#include "settings/receiver.hpp"
#include "settings/relay.hpp"
#include "settings/resolver.hpp"
#include "settings/signer.hpp"
#include "settings/spamfilter.hpp"
#include "settings/submission.hpp"
#include "settings/verifier.hpp"
#include "settings/web.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_file = 256U << 10U;
constexpr std::chrono::days soon{3};
constexpr std::chrono::days soon_in_public{14};

using Findings = Checked;

struct World {
  settings::Mesh mesh;
  settings::Submission submission;
  settings::Receiver receiver;
  settings::Web web;
};

// Every section is read, so that every key is known and every fault found.
World read_settings(const config::Document& document) {
  World world{.mesh = settings::read_mesh(document),
              .submission = settings::read_submission(document),
              .receiver = settings::read_receiver(document),
              .web = {}};
  world.web = settings::read_web(document, world.mesh.host);
  static_cast<void>(settings::read_accounts(document));
  static_cast<void>(settings::read_acme(document, world.mesh.host, world.mesh.domain));
  static_cast<void>(settings::read_signer(document));
  static_cast<void>(settings::read_relay(document));
  static_cast<void>(settings::read_verifier(document, world.mesh.host, world.mesh.domain));
  static_cast<void>(settings::read_courier(document, world.mesh.host));
  static_cast<void>(settings::read_resolver(document));
  static_cast<void>(settings::read_spamfilter(document));
  static_cast<void>(settings::read_dns(document));
  return world;
}

void check_secret(const fs::path& file, std::optional<mesh_ca::Owner> owner, Findings& findings) {
  struct stat facts{};
  if (::lstat(file.c_str(), &facts) != 0) {
    findings.problems.push_back(files::error_of(errno, "looking at", file).what);
    return;
  }
  if ((facts.st_mode & 077U) != 0) {
    findings.problems.push_back(fmt::format("{}: mode {:o} lets others read a secret: chmod 600",
                                            file.string(), facts.st_mode & 07777U));
  }
  if (owner && (facts.st_uid != owner->user)) {
    findings.problems.push_back(fmt::format("{}: belongs to user {}, its daemon runs as {}: chown {}",
                                            file.string(), facts.st_uid, owner->user, owner->user));
  }
}

std::string days_text(Time until) {
  return fmt::format("{} days", std::chrono::floor<std::chrono::days>(until - now()).count());
}

// Nothing where the file is not ours to read.
std::optional<std::string> read(const fs::path& file, Findings& findings) {
  auto content = files::read_whole(file, most_file);
  if (content) return std::move(*content);
  auto& list = content.error().kind == ErrorKind::denied ? findings.warnings : findings.problems;
  list.push_back(content.error().what);
  return std::nullopt;
}

void check_validity(const fs::path& file, const mesh_ca::Facts& facts, std::chrono::days early,
                    std::string_view advice, Findings& findings) {
  if (facts.not_after < now()) {
    findings.problems.push_back(fmt::format("{}: expired {} ago: {}", file.string(),
                                            days_text(now() + (now() - facts.not_after)), advice));
  } else if (facts.not_before > now()) {
    findings.problems.push_back(fmt::format("{}: is not valid yet: is the clock right?", file.string()));
  } else if (facts.not_after - now() < early) {
    findings.warnings.push_back(
        fmt::format("{}: expires in {}: {}", file.string(), days_text(facts.not_after), advice));
  }
}

void check_identity(const World& world, const topology::Daemon& daemon, Findings& findings) {
  const auto folder = settings::certificate_folder(world.mesh, daemon.name);
  check_secret(folder / "key.pem", owner_of(world.mesh.user_base, daemon.name), findings);
  const auto certificate = read(folder / "cert.pem", findings);
  if (!certificate) return;
  const auto facts = mesh_ca::read_facts(*certificate);
  if (!facts) {
    findings.problems.push_back(fmt::format("{}: {}", (folder / "cert.pem").string(), facts.error().what));
    return;
  }
  check_validity(folder / "cert.pem", *facts, soon, "`scop certs renew`", findings);
  const auto wanted = mesh_ca::identity(world.mesh.domain, daemon.name);
  if (facts->uris != std::vector{wanted}) {
    findings.problems.push_back(fmt::format("{}: is not of {}", (folder / "cert.pem").string(), wanted));
  }
  const auto key = files::read_whole(folder / "key.pem", most_file);
  if (key && mesh_ca::belong_together(*certificate, *key) != Outcome<bool>(true)) {
    findings.problems.push_back(
        fmt::format("{}: key.pem is not this certificate's: `scop certs renew --new-keys`",
                    (folder / "cert.pem").string()));
  }
}

// A key that `scop acme` has placed is its own, and readable for one daemon's group.
void check_public_key(const World& world, const fs::path& file, std::string_view daemon,
                      std::optional<mesh_ca::Owner> otherwise, Findings& findings) {
  struct stat facts{};
  const auto writer = acme::owner(world.mesh);
  const auto* reader = topology::find(daemon);
  if (writer && reader != nullptr && ::lstat(file.c_str(), &facts) == 0 && facts.st_uid == writer->user &&
      facts.st_gid == world.mesh.user_base + reader->user_offset && (facts.st_mode & 07777U) == 0640)
    return;
  check_secret(file, otherwise, findings);
}

void check_public_certificate(const World& world, Findings& findings) {
  const auto& file = world.submission.certificate;
  check_public_key(world, world.submission.key, "submission", std::nullopt, findings);
  check_public_key(world, world.receiver.key, "receiver", std::nullopt, findings);
  const auto content = read(file, findings);
  if (!content) return;
  const auto facts = mesh_ca::read_facts(*content);
  if (!facts) {
    findings.problems.push_back(fmt::format("{}: {}", file.string(), facts.error().what));
    return;
  }
  // A short-lived certificate is not late for its whole life.
  const auto lifetime = std::chrono::floor<std::chrono::days>(facts->not_after - facts->not_before);
  check_validity(file, *facts, std::min(soon_in_public, lifetime / 4), "renew it", findings);
  if (std::ranges::find(facts->hosts, world.mesh.host) == facts->hosts.end()) {
    findings.warnings.push_back(
        fmt::format("{}: does not name {}: mail programs will complain", file.string(), world.mesh.host));
  }
  if (facts->subject == facts->issuer) {
    findings.warnings.push_back(
        fmt::format("{}: is self-signed: good for a trial, not for the world", file.string()));
  }
}

void check_web_pair(const World& world, const settings::WebPair& pair, std::vector<mesh_ca::Facts>& all,
                    Findings& findings) {
  check_public_key(world, pair.key, "web", owner_of(world.mesh.user_base, "web"), findings);
  const auto content = read(pair.certificate, findings);
  if (!content) return;
  const auto facts = mesh_ca::read_facts(*content);
  if (!facts) {
    findings.problems.push_back(fmt::format("{}: {}", pair.certificate.string(), facts.error().what));
    return;
  }
  check_validity(pair.certificate, *facts, soon_in_public, "renew it", findings);
  const auto key = files::read_whole(pair.key, most_file);
  if (key && mesh_ca::belong_together(*content, *key) != Outcome<bool>(true))
    findings.problems.push_back(
        fmt::format("{}: is not the key of {}", pair.key.string(), pair.certificate.string()));
  if (facts->subject == facts->issuer)
    findings.warnings.push_back(fmt::format("{}: is self-signed: mail servers will ignore the MTA-STS policy",
                                            pair.certificate.string()));
  all.push_back(*facts);
}

void check_web(const World& world, Findings& findings) {
  if (world.web.listen.empty()) return;
  std::vector<mesh_ca::Facts> all;
  for (const auto& pair : world.web.pairs) check_web_pair(world, pair, all, findings);
  for (const auto& name : uncovered_names(world.mesh.domain, all))
    findings.warnings.push_back(
        fmt::format("[web]: no certificate names {}: whoever looks there will complain", name));
}

void check_grant_keys(const World& world, Findings& findings) {
  const auto secret_file = world.mesh.folder / "accounts/state/grant.key";
  const auto public_file = world.mesh.folder / "mesh/grant.pub";
  const auto public_text = read(public_file, findings);
  auto secret_text = files::read_whole(secret_file, most_file);
  if (!public_text || (!secret_text && secret_text.error().kind == ErrorKind::denied)) return;
  const auto public_key = grant::public_key_from_file(*public_text);
  const auto secret_key =
      secret_text ? grant::secret_key_from_file(*secret_text) : std::unexpected(secret_text.error());
  if (!public_key)
    findings.problems.push_back(fmt::format("{}: {}", public_file.string(), public_key.error().what));
  if (!secret_key)
    findings.problems.push_back(fmt::format("{}: {}", secret_file.string(), secret_key.error().what));
  if (public_key && secret_key && grant::public_key_of(*secret_key) != *public_key) {
    findings.problems.push_back(fmt::format("{}: is not the public half of {}: no grant will be believed",
                                            public_file.string(), secret_file.string()));
  }
  check_secret(secret_file, owner_of(world.mesh.user_base, "accounts"), findings);
}

void check_dkim_keys(const World& world, Findings& findings) {
  const auto keys = read_public_keys(world.mesh.folder, world.mesh.domain);
  std::error_code error;
  if (!keys && fs::exists(world.mesh.folder / "signer/state", error) &&
      ::access((world.mesh.folder / "signer/state").c_str(), R_OK | X_OK) != 0)
    return;
  if (!keys || keys->empty()) {
    findings.problems.push_back(fmt::format("no DKIM key for {}: `scop keys make {}`{}", world.mesh.domain,
                                            world.mesh.domain, keys ? "" : " (" + keys.error().what + ")"));
    return;
  }
  for (const auto& key : *keys) {
    const auto type = key.algorithm == dkim::name_of(dkim::Algorithm::ed25519_sha256) ? dkim::KeyType::ed25519
                                                                                      : dkim::KeyType::rsa;
    check_secret(world.mesh.folder / key_file(key.domain, key.selector, type),
                 owner_of(world.mesh.user_base, "signer"), findings);
  }
}

void check_ports(const World& world, Findings& findings) {
  std::map<std::string, std::string> taken;
  for (const auto& [daemon, address] : world.mesh.listen) {
    const auto [at, fresh] = taken.emplace(address, daemon);
    if (!fresh)
      findings.problems.push_back(
          fmt::format("[pipes]: {} and {} both listen on {}", at->second, daemon, address));
  }
}

void check_files(const World& world, Findings& findings) {
  const auto authority = world.mesh.folder / "mesh/ca.pem";
  if (const auto content = read(authority, findings)) {
    const auto facts = mesh_ca::read_facts(*content);
    if (facts) check_validity(authority, *facts, std::chrono::days(60), "a new mesh CA is needed", findings);
  }
  std::error_code error;
  if (fs::exists(world.mesh.folder / "mesh/ca.key", error))
    check_secret(world.mesh.folder / "mesh/ca.key", std::nullopt, findings);
  for (const auto& daemon : topology::daemons()) check_identity(world, daemon, findings);
  check_public_certificate(world, findings);
  check_web(world, findings);
  check_grant_keys(world, findings);
  check_dkim_keys(world, findings);
  check_ports(world, findings);
}

int print(const Context& context, const Findings& findings) {
  if (context.json) {
    print_json(json::object{{"problems", json_texts(findings.problems)},
                            {"warnings", json_texts(findings.warnings)}});
  } else {
    for (const auto& problem : findings.problems)
      context.terminal.line(context.terminal.paint(Colour::red, "problem  ") + shown(problem));
    for (const auto& warning : findings.warnings)
      context.terminal.line(context.terminal.paint(Colour::yellow, "warning  ") + shown(warning));
    if (findings.problems.empty())
      context.terminal.line(
          context.terminal.paint(Colour::green, fmt::format("{}: no problems", context.config.string())));
  }
  return findings.problems.empty() ? good : declined;
}

int check(const Context& context) {
  const auto findings = check_instance(context);
  const auto status = print(context, findings);
  return findings.could_be_read ? status : wrong_usage;
}

}  // namespace

Checked check_instance(const Context& context) {
  Findings findings;
  const auto document = config::Document::load(context.config);
  if (!document) {
    findings.could_be_read = false;
    findings.problems.push_back(document.error().what);
    return findings;
  }
  const auto world = read_settings(*document);
  findings.problems = document->problems_and_unknown_keys({""});
  if (!world.mesh.domain.empty()) check_files(world, findings);
  if (document->problems().empty() && !world.mesh.domain.empty()) {
    const auto found = acme::check(context);
    std::ranges::copy(found.problems, std::back_inserter(findings.problems));
    std::ranges::copy(found.warnings, std::back_inserter(findings.warnings));
  }
  return findings;
}

void declare_check(CLI::App& app, Context& context) {
  app.add_subcommand("check", "the configuration, certificates and keys: what is wrong, with file and line")
      ->callback([&context] { context.chosen = [&context] { return check(context); }; });
}

}  // namespace scop::command
