#include "scop/risk_facts.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/ascii.hpp"
#include "files/descriptor.hpp"
#include "mesh_ca/facts.hpp"
#include "risk/assets.hpp"
#include "scop/daemon_status.hpp"
#include "scop/dkim_files.hpp"
#include "scop/process_file.hpp"
#include "scop/process_look.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patience{3};
constexpr std::uint64_t most_pem = 256U << 10U;
constexpr std::size_t most_entries = 2'000;  // below one asset: a mailbox may hold any number
constexpr int most_depth = 5;
constexpr std::size_t log_tail = 64U << 10U;

Time from_seconds(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }

risk::Status status_of(const v1::DaemonStatus& told) {
  risk::Status status{.version = told.version(),
                      .started = from_seconds(told.started()),
                      .process = static_cast<pid_t>(told.pid()),
                      .user = told.user(),
                      .walls = {told.walls().begin(), told.walls().end()},
                      .read = {told.allowed().read().begin(), told.allowed().read().end()},
                      .write = {told.allowed().write().begin(), told.allowed().write().end()},
                      .connect_anywhere = told.allowed().connect_anywhere(),
                      .udp = told.allowed().udp(),
                      .certificate_expires = from_seconds(told.certificate_expires())};
  for (const auto& missing : told.missing())
    status.missing.push_back({missing.wall(), missing.why(), missing.remedy()});
  for (const auto port : told.allowed().connect_ports())
    status.connect_ports.push_back(static_cast<std::uint16_t>(port));
  return status;
}

// Files and folders, each looked at once.
class Disk {
 public:
  explicit Disk(risk::Facts& facts) : facts_(facts) {}

  void look(const fs::path& path) {
    for (auto folder = path.parent_path(); folder.has_relative_path(); folder = folder.parent_path())
      note(folder);
    if (!note(path) || !facts_.files.at(path.string()).is_folder) return;
    std::error_code error;
    std::size_t count = 0;
    for (fs::recursive_directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
      if (at.depth() >= most_depth) at.disable_recursion_pending();
      if (at->is_symlink(error)) continue;
      note(at->path());
      if (++count == most_entries) {
        cannot(fmt::format("{}: only the first {} files and folders were looked at", path.string(),
                           most_entries));
        return;
      }
    }
    if (error) cannot(fmt::format("{}: {}", path.string(), error.message()));
  }

  void cannot(std::string what) { facts_.not_looked_at.push_back(std::move(what)); }

 private:
  // Links are followed: what counts is the file that a daemon opens.
  bool note(const fs::path& path) {
    if (facts_.files.contains(path.string())) return true;
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) {
      if (errno != ENOENT && errno != ENOTDIR) cannot(files::error_of(errno, "looking at", path).what);
      return false;
    }
    facts_.files.emplace(path.string(), risk::File{.is_folder = S_ISDIR(found.st_mode),
                                                   .user = found.st_uid,
                                                   .group = found.st_gid,
                                                   .mode = found.st_mode & 07777U,
                                                   .size = static_cast<std::uint64_t>(found.st_size),
                                                   .changed = from_seconds(found.st_mtim.tv_sec)});
    return true;
  }

  risk::Facts& facts_;
};

void look_at_files(risk::Facts& facts) {
  Disk disk(facts);
  disk.look(facts.config);
  for (const auto& asset : risk::assets_of(facts.settings)) {
    if (!asset.path.empty()) disk.look(asset.path);
  }
}

void add_certificate(const std::string& name, const fs::path& path, risk::Facts& facts) {
  const auto pem = files::read_whole(path, most_pem);
  const auto found = pem ? mesh_ca::read_facts(*pem) : std::unexpected(pem.error());
  if (!found) {
    facts.not_looked_at.push_back(fmt::format("certificate of {}: {}", name, found.error().what));
    return;
  }
  facts.certificates.push_back({.name = name,
                                .path = path.string(),
                                .is_self_signed = found->subject == found->issuer,
                                .hosts = found->hosts,
                                .not_before = found->not_before,
                                .not_after = found->not_after});
}

void look_at_certificates(risk::Facts& facts) {
  const auto& settings = facts.settings;
  add_certificate("public", settings.submission.certificate, facts);
  if (!settings.web.listen.empty() && !settings.web.pairs.empty())
    add_certificate("web", settings.web.pairs.front().certificate, facts);
  add_certificate("mesh CA", settings.mesh.folder / "mesh/ca.pem", facts);
  for (const auto& identity : topology::daemons())
    add_certificate(std::string(identity.name),
                    settings::certificate_folder(settings.mesh, identity.name) / "cert.pem", facts);
}

void ask_signer(const Instance& instance, risk::Facts& facts) {
  const auto list = instance.call("signer", pipe::methods::list_keys, v1::KeysRequest(), patience);
  if (list) {
    facts.signing_keys_are_live = true;
    auto& keys = facts.signing_keys.emplace();
    for (const auto& key : list->keys())
      keys.push_back({key.domain(), key.selector(), key.state(), from_seconds(key.since())});
    return;
  }
  const auto on_disk = read_public_keys(instance.mesh().folder, instance.mesh().domain);
  if (!on_disk) {
    facts.not_looked_at.push_back("DKIM keys: " + on_disk.error().what);
    return;
  }
  auto& keys = facts.signing_keys.emplace();
  for (const auto& key : *on_disk) keys.push_back({key.domain, key.selector, "", {}});
}

void ask_accounts(const Instance& instance, risk::Facts& facts) {
  const auto users = instance.call("accounts", pipe::methods::list_users, v1::Nothing(), patience);
  const auto domains = instance.call("accounts", pipe::methods::list_domains, v1::Nothing(), patience);
  if (!users || !domains) {
    facts.not_looked_at.push_back("users and quotas: accounts does not answer");
    return;
  }
  risk::Mailboxes mailboxes{.users = static_cast<std::uint64_t>(users->users_size()),
                            .domains = static_cast<std::uint64_t>(domains->domains_size())};
  for (const auto& user : users->users()) mailboxes.without_quota += user.quota() == 0 ? 1 : 0;
  facts.mailboxes = mailboxes;
}

bool names_an_address(std::string_view line) {
  for (auto at = line.find('@'); at != std::string_view::npos; at = line.find('@', at + 1)) {
    if (at > 0 && at + 1 < line.size() && ascii::is_alnum(line[at - 1]) && ascii::is_alnum(line[at + 1]))
      return true;
  }
  return false;
}

std::string tail_of(const fs::path& file, std::uint64_t size) {
  auto whole = files::read_whole(file, std::max<std::uint64_t>(size, log_tail) + log_tail);
  if (!whole) return {};
  return whole->size() > log_tail ? whole->substr(whole->size() - log_tail) : std::move(*whole);
}

void look_at_logs(risk::Facts& facts) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(facts.settings.mesh.folder / "log", error)) {
    const auto size = entry.file_size(error);
    if (error) continue;
    risk::LogFacts log{.path = entry.path().string(), .octets = size};
    if (entry.path().extension() == ".log") {
      for (const auto line : ascii::split(tail_of(entry.path(), size), '\n')) {
        if (line.empty()) continue;
        ++log.lines;
        log.with_addresses += names_an_address(line) ? 1 : 0;
      }
    }
    facts.logs.push_back(std::move(log));
  }
}

}  // namespace

risk::DaemonFacts daemon_facts(const Instance& instance, const std::string& daemon,
                               const pipe::Result<v1::DaemonStatus>& answer) {
  risk::DaemonFacts facts{.name = daemon};
  if (answer) {
    facts.status = status_of(*answer);
  } else {
    const auto& address = instance.mesh().dial.find(daemon)->second;
    const auto& message = answer.error().message;
    facts.trouble = message.contains(address) ? message : fmt::format("{} at {}", message, address);
  }
  const auto process = facts.status ? facts.status->process : process_of(instance.mesh().folder, daemon);
  facts.process = look_at_process(process, "scop-" + daemon);
  return facts;
}

std::vector<risk::DaemonFacts> all_daemon_facts(const Instance& instance) {
  std::vector<risk::DaemonFacts> all;
  for (const auto& asked : ask_status(instance))
    all.push_back(daemon_facts(instance, asked.daemon, asked.status));
  return all;
}

risk::Facts gather_risk_facts(const Context& context, const Instance& instance) {
  risk::Facts facts{.when = now(),
                    .config = fs::absolute(context.config).string(),
                    .settings = risk::read_settings(instance.document()),
                    .reader = ::geteuid()};
  facts.daemons = all_daemon_facts(instance);
  for (const auto& daemon : facts.daemons) {
    if (daemon.status && !daemon.process)
      facts.not_looked_at.push_back(
          fmt::format("the process of {}: it is not on this machine or in another namespace", daemon.name));
    if (daemon.process && !daemon.process->listeners)
      facts.not_looked_at.push_back(fmt::format("the ports of {}: only root may look", daemon.name));
  }
  look_at_files(facts);
  look_at_certificates(facts);
  ask_signer(instance, facts);
  ask_accounts(instance, facts);
  look_at_logs(facts);
  return facts;
}

}  // namespace scop::command
