#include "scop/layout.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/ascii.hpp"
#include "files/descriptor.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace fs = std::filesystem;

std::optional<mesh_ca::Owner> owner_of(unsigned user_base, std::string_view daemon) {
  const auto* known = topology::find(daemon);
  // The monitor runs as a user of its own, too; the others who are no daemon are whoever holds their key.
  const bool has_own = known != nullptr && (known->is_daemon || known->name == "monitor");
  if (user_base == 0 || !has_own || ::geteuid() != 0) return std::nullopt;
  return mesh_ca::Owner{.user = user_base + known->user_offset, .group = user_base + known->user_offset};
}

Outcome<gid_t> group_of(const std::string& text) {
  if (const auto number = ascii::parse_unsigned(text); number && *number < UINT32_MAX) {
    return static_cast<gid_t>(*number);
  }
  const auto* entry = ::getgrnam(text.c_str());
  if (entry == nullptr) return failure(ErrorKind::not_found, fmt::format("there is no group {}", text));
  return entry->gr_gid;
}

Layout::~Layout() {
  for (auto file = made_.rbegin(); file != made_.rend(); ++file) {
    std::error_code error;
    fs::remove(*file, error);  // folders too, once empty
  }
}

Outcome<> Layout::check_reachable() const {
  if (user_base_ == 0) return {};
  std::error_code error;
  for (auto at = fs::absolute(folder_, error); at.has_relative_path(); at = at.parent_path()) {
    struct stat facts{};
    if (::stat(at.c_str(), &facts) != 0 || (facts.st_mode & S_IXOTH) != 0) continue;
    return failure(
        ErrorKind::denied,
        fmt::format(
            "daemons will run as users from {} on, who cannot walk through {} (mode {:o}): choose another "
            "folder, open it with `chmod o+x`, or keep one user for all with --user-base 0",
            user_base_, at.string(), facts.st_mode & 07777U));
  }
  return {};
}

Outcome<> Layout::make_folder(const fs::path& relative, mode_t mode, std::string_view owner) {
  const auto folder = relative.empty() ? folder_ : folder_ / relative;
  if (::mkdir(folder.c_str(), mode) != 0) {
    if (errno == EEXIST) return {};
    return std::unexpected(files::error_of(errno, "making", folder));
  }
  made_.push_back(folder);
  if (::chmod(folder.c_str(), mode) != 0)
    return std::unexpected(files::error_of(errno, "changing the mode of", folder));
  if (const auto who = owner_of(user_base_, owner);
      who && ::chown(folder.c_str(), who->user, who->group) != 0) {
    return std::unexpected(files::error_of(errno, "changing the owner of", folder));
  }
  return {};
}

Outcome<> Layout::write(const fs::path& relative, std::string_view content, mode_t mode,
                        std::string_view owner) {
  const auto file = folder_ / relative;
  auto written = mesh_ca::replace_file(file, content, mode, owner_of(user_base_, owner));
  if (written) made_.push_back(file);
  return written;
}

Outcome<> Layout::make_folders_of(std::string_view daemon, bool is_daemon) {
  const fs::path own(daemon);
  if (auto made = make_folder(own, 0700, daemon); !made) return made;
  if (auto made = make_folder(own / "cert", 0700, daemon); !made) return made;
  return is_daemon ? make_folder(own / "state", 0700, daemon) : Outcome<>{};
}

Outcome<> Layout::share(std::string_view identity, gid_t group) {
  const auto own = folder_ / identity;
  const std::pair<fs::path, mode_t> shared[] = {
      {own, 0750}, {own / "cert", 0750}, {own / "cert/key.pem", 0640}, {own / "cert/cert.pem", 0644}};
  for (const auto& [path, mode] : shared) {
    if (::chown(path.c_str(), static_cast<uid_t>(-1), group) != 0 || ::chmod(path.c_str(), mode) != 0) {
      return std::unexpected(files::error_of(errno, "changing the group of", path));
    }
  }
  return {};
}

}  // namespace scop::command
