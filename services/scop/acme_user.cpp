#include "scop/acme_user.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "core/ascii.hpp"
#include "daemon/landlock.hpp"
#include "daemon/privileges.hpp"
#include "files/descriptor.hpp"
#include "scop/acme_files.hpp"
#include "scop/layout.hpp"

namespace scop::command::acme {

namespace {

namespace fs = std::filesystem;

constexpr const char* system_authorities = "/etc/ssl/certs/ca-certificates.crt";

Outcome<> make_own_folder(const fs::path& folder, mode_t mode, const std::optional<mesh_ca::Owner>& who) {
  if (::mkdir(folder.c_str(), mode) != 0 && errno != EEXIST)
    return std::unexpected(files::error_of(errno, "making", folder));
  struct stat facts{};
  if (::lstat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode))
    return failure(ErrorKind::broken, folder.string() + " is no folder");
  // Whatever our umask, or whoever made it before us, has left it with.
  if ((facts.st_mode & 07777U) != mode && ::chmod(folder.c_str(), mode) != 0)
    return std::unexpected(files::error_of(errno, "changing the mode of", folder));
  if (who && ::geteuid() == 0 && ::lchown(folder.c_str(), who->user, who->group) != 0)
    return std::unexpected(files::error_of(errno, "changing the owner of", folder));
  return {};
}

// The secret that root or `scop init` has put there becomes readable for us, and stays closed to others. What
// our own user may have put there instead, a link to something of root's, is left alone.
Outcome<> own_secret(const fs::path& file, const std::optional<mesh_ca::Owner>& who) {
  if (!who || ::geteuid() != 0) return {};
  const files::Descriptor secret(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat facts{};
  if (!secret.is_open() || ::fstat(secret.number(), &facts) != 0) return {};  // said where it is needed
  if (facts.st_uid != 0 || !S_ISREG(facts.st_mode) || facts.st_nlink != 1) return {};
  if (::fchown(secret.number(), who->user, who->group) != 0 || ::fchmod(secret.number(), 0600) != 0)
    return std::unexpected(files::error_of(errno, "changing the owner of", file));
  return {};
}

// uacme runs a hook by its file name alone: this program, under a name that it knows itself by.
Outcome<> make_hook(const World& world) {
  const auto hook = world.folder / hook_name;
  std::error_code error;
  if (fs::read_symlink(hook, error) == world.program) return {};
  fs::remove(hook, error);
  fs::create_symlink(world.program, hook, error);
  if (error)
    return failure(ErrorKind::unavailable, fmt::format("making {}: {}", hook.string(), error.message()));
  return {};
}

// The client trusts the system's authorities and knows no other way to be told: another bundle is mounted
// over them, for this process and its children alone.
Outcome<> use_authorities(const World& world) {
  if (world.acme.authorities.empty()) return {};
  const int spaces = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
  if (::unshare(spaces) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount(world.acme.authorities.c_str(), system_authorities, nullptr, MS_BIND, nullptr) != 0) {
    return std::unexpected(files::error_of(
        errno,
        fmt::format("[acme] authorities: putting it in the place of {} (root can)", system_authorities),
        world.acme.authorities));
  }
  return {};
}

std::vector<gid_t> groups_of_readers(const World& world) {
  std::vector<gid_t> groups;
  for (const auto& pair : world.pairs) {
    for (const auto& placement : pair.placements) {
      if (const auto reader = owner_of(world.mesh.user_base, placement.daemon))
        groups.push_back(reader->group);
    }
  }
  return groups;
}

void add_port(std::vector<std::uint16_t>& ports, const std::string& endpoint) {
  if (const auto parsed = net::parse_endpoint(endpoint)) ports.push_back(parsed->port());
}

std::uint16_t port_of_url(std::string_view url) {
  const auto begin = url.find("://") + 3;
  const auto authority = url.substr(begin, url.find('/', begin) - begin);
  const auto colon = authority.rfind(':');
  const auto port =
      colon == std::string_view::npos ? std::nullopt : ascii::parse_unsigned(authority.substr(colon + 1));
  return port && *port <= 65'535 ? static_cast<std::uint16_t>(*port) : 443;
}

daemon::LandlockRules rules_for(const World& world) {
  daemon::LandlockRules rules;
  rules.read = {"/etc",
                "/dev/null",
                "/dev/urandom",
                "/run/systemd/resolve",
                "/run/resolvconf",
                "/sys/devices/system/cpu",
                world.config};
#ifdef SCOP_SANITIZED
  rules.read.emplace_back("/proc");
#endif
  for (const auto& file : {world.acme.tsig_key_file, world.acme.tlsa_tsig_key_file}) {
    if (!file.empty()) rules.read.push_back(file);
  }
  rules.execute = {"/usr", "/lib", "/lib64", world.program.parent_path(), world.acme.client.parent_path()};
  rules.write = {world.folder, world.tls};
  rules.connect_ports = {port_of_url(world.acme.directory), 53};
  add_port(rules.connect_ports, world.acme.primary);
  for (const auto& secondary : world.acme.secondaries) add_port(rules.connect_ports, secondary);
  for (const auto& pair : world.pairs) {
    for (const auto& port : pair.ports) rules.connect_ports.push_back(port.endpoint.port());
  }
  return rules;
}

Outcome<> put_up_walls(const World& world, const Log& log) {
  if (auto given_up = daemon::give_up_capabilities(); !given_up) return given_up;
  const auto standing = daemon::put_up_landlock(rules_for(world), daemon::landlock_abi());
  if (!standing) return std::unexpected(standing.error());
  for (const auto& missing : standing->missing)
    log.warning("wall missing", {{"wall", missing.wall}, {"why", missing.why}, {"do", missing.remedy}});
  if (!standing->missing.empty() && world.mesh.strict_walls)
    return failure(ErrorKind::denied, "a wall is missing, and [mesh] strict_walls is true");
  return {};
}

// As root, in the folder that is root's.
Outcome<> give_folders(const World& world) {
  const auto who = owner(world.mesh);
  if (auto made = make_own_folder(world.folder, 0700, who); !made) return made;
  if (auto made = make_own_folder(world.tls, 0755, who); !made) return made;
  for (const auto& file : {world.acme.tsig_key_file, world.acme.tlsa_tsig_key_file}) {
    if (file.parent_path() != world.folder) continue;
    if (auto owned = own_secret(file, who); !owned) return owned;
  }
  return {};
}

}  // namespace

std::optional<mesh_ca::Owner> owner(const settings::Mesh& mesh) {
  if (mesh.user_base == 0) return std::nullopt;
  return mesh_ca::Owner{.user = mesh.user_base + user_offset, .group = mesh.user_base + user_offset};
}

Outcome<> enter(const World& world, const Log& log) {
  if (auto given = give_folders(world); !given) return given;
  // Read while we may: a daemon's copy of a key is that daemon's alone.
  std::vector<Served> served;
  for (const auto& pair : world.pairs) served.push_back(read_served(pair));
  if (auto used = use_authorities(world); !used) return used;
  if (const auto who = owner(world.mesh)) {
    if (auto changed = daemon::become(who->user, groups_of_readers(world)); !changed) return changed;
  }
  if (auto made = make_hook(world); !made) return made;
  for (std::size_t i = 0; i < world.pairs.size(); ++i) {
    if (auto made = make_own_folder(world.pairs[i].folder, 0700, std::nullopt); !made) return made;
    if (auto adopted = Files(world, world.pairs[i]).adopt(served[i]); !adopted) return adopted;
  }
  return put_up_walls(world, log);
}

}  // namespace scop::command::acme
