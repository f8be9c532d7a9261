#include "scop/restore_target.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ranges>

#include "config/document.hpp"
#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/id.hpp"
#include "scop/acme_user.hpp"
#include "settings/mesh.hpp"
#include "topology/topology.hpp"

namespace scop::command::backup {

namespace fs = std::filesystem;

namespace {

std::optional<unsigned> offset_of(const std::string& owner) {
  if (owner == "acme") return acme::user_offset;
  const auto* known = topology::find(owner);
  return known == nullptr ? std::nullopt : std::optional<unsigned>(known->user_offset);
}

}  // namespace

Outcome<std::unique_ptr<RestoreTarget>> RestoreTarget::make(fs::path folder) {
  std::error_code error;
  folder = fs::absolute(folder).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  if (fs::exists(folder, error) && !(fs::is_directory(folder, error) && fs::is_empty(folder, error)))
    return failure(
        ErrorKind::conflict,
        folder.string() + " is there and not empty: a backup is restored into a folder of its own");
  auto partial = folder.parent_path() /
                 fmt::format(".{}.restoring-{}", folder.filename().string(), to_hex(random_octets(6)));
  if (::mkdir(partial.c_str(), 0700) != 0) return std::unexpected(files::error_of(errno, "making", partial));
  return std::make_unique<RestoreTarget>(std::move(folder), std::move(partial));
}

RestoreTarget::~RestoreTarget() {
  std::error_code error;
  if (!partial_.empty()) fs::remove_all(partial_, error);
}

Outcome<> RestoreTarget::head(const v1::BackupHead& head) {
  head_ = head;
  return {};
}

// Paths have been checked by the reader; their folders are ours alone, and O_EXCL follows nothing.
Outcome<> RestoreTarget::folder(const v1::BackupEntry& entry) {
  const auto path = partial_ / entry.path();
  if (::mkdir(path.c_str(), 0700) != 0) return std::unexpected(files::error_of(errno, "making", path));
  given_.push_back(
      {entry.path(), static_cast<mode_t>(entry.mode()), entry.owner(), entry.group(), entry.folder()});
  return {};
}

Outcome<> RestoreTarget::begin_file(const v1::BackupEntry& entry) {
  file_path_ = partial_ / entry.path();
  std::error_code error;
  fs::create_directories(file_path_.parent_path(), error);
  auto made = files::create(file_path_, 0600);
  if (!made) return std::unexpected(made.error());
  file_ = std::move(*made);
  given_.push_back(
      {entry.path(), static_cast<mode_t>(entry.mode()), entry.owner(), entry.group(), entry.folder()});
  return {};
}

Outcome<> RestoreTarget::data(std::string_view octets) { return files::write_all(file_, octets, file_path_); }

Outcome<> RestoreTarget::end_file() {
  auto synced = files::sync(file_, file_path_);
  file_.close();
  return synced;
}

Outcome<> RestoreTarget::give(const Given& given, unsigned user_base,
                              std::vector<std::string>& warnings) const {
  const auto path = partial_ / given.path;
  if (user_base != 0 && ::geteuid() == 0) {
    const auto owner = offset_of(given.owner);
    const uid_t user = owner ? user_base + *owner : 0;
    gid_t group = user;
    if (const auto ours = offset_of(given.group); ours && !given.group.empty()) group = user_base + *ours;
    if (given.group.starts_with(':')) {
      const auto* known = ::getgrnam(given.group.c_str() + 1);
      if (known == nullptr) {
        warnings.push_back(fmt::format("{}: there is no group {} here; give it its group when there is",
                                       given.path.string(), ascii::printable(given.group.substr(1))));
      } else {
        group = known->gr_gid;
      }
    }
    if (::lchown(path.c_str(), user, group) != 0)
      return std::unexpected(files::error_of(errno, "changing the owner of", path));
  }
  if (::chmod(path.c_str(), given.mode) != 0)
    return std::unexpected(files::error_of(errno, "changing the mode of", path));
  return {};
}

Outcome<> RestoreTarget::finish(std::vector<std::string>& warnings) {
  const auto document = config::Document::load(partial_ / "scop.toml");
  if (!document) return failure(ErrorKind::malformed, "there is no scop.toml in it that can be read");
  const auto mesh = settings::read_mesh(*document);
  if (mesh.user_base != 0 && ::geteuid() != 0)
    return failure(ErrorKind::denied, "its daemons have users of their own: only root can restore it");
  for (const auto& [name, mode] : {std::pair("log", 0700), std::pair("run", 0755)}) {
    if (::mkdir((partial_ / name).c_str(), static_cast<mode_t>(mode)) != 0 && errno != EEXIST)
      return std::unexpected(files::error_of(errno, "making", partial_ / name));
  }
  // Files are on disk already; their names are once their folders are. (syncfs() would wait for everybody
  // else.)
  for (const auto& given : given_) {
    if (!given.folder) continue;
    if (auto synced = files::sync_folder(partial_ / given.path); !synced) return synced;
  }
  if (auto synced = files::sync_folder(partial_); !synced) return synced;
  // From the leaves: a folder that is given away or closed is not walked through any more.
  for (const auto& given : std::views::reverse(given_)) {
    if (auto done = give(given, mesh.user_base, warnings); !done) return done;
  }
  if (::chmod(partial_.c_str(), 0755) != 0)
    return std::unexpected(files::error_of(errno, "changing the mode of", partial_));
  if (::rename(partial_.c_str(), folder_.c_str()) != 0)
    return std::unexpected(files::error_of(errno, "renaming to", folder_));
  partial_.clear();
  return files::sync_folder(folder_.parent_path());
}

}  // namespace scop::command::backup
