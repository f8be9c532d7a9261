#include "mesh_ca/file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/id.hpp"
#include "files/descriptor.hpp"

namespace scop::mesh_ca {

namespace {

Outcome<> write_new(const std::filesystem::path& file, std::string_view content, mode_t mode,
                    std::optional<Owner> owner) {
  const auto out = files::create(file, mode);
  if (!out) return std::unexpected(out.error());
  if (auto written = files::write_all(*out, content, file); !written) return written;
  if (::fchmod(out->number(), mode) != 0)
    return std::unexpected(files::error_of(errno, "changing the mode of", file));
  if (owner && ::fchown(out->number(), owner->user, owner->group) != 0) {
    return std::unexpected(files::error_of(errno, "changing the owner of", file));
  }
  return files::sync(*out, file);
}

}  // namespace

Outcome<> replace_file(const std::filesystem::path& file, std::string_view content, mode_t mode,
                       std::optional<Owner> owner) {
  auto beside = file;
  beside += ".new-" + Id::random().text().substr(0, 8);
  auto done = write_new(beside, content, mode, owner);
  if (done && ::rename(beside.c_str(), file.c_str()) != 0) {
    done = std::unexpected(files::error_of(errno, "replacing", file));
  }
  if (!done) {
    ::unlink(beside.c_str());
    return done;
  }
  return files::sync_folder(file.has_parent_path() ? file.parent_path() : std::filesystem::path("."));
}

}  // namespace scop::mesh_ca
