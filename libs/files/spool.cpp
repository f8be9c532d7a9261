#include "files/spool.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "core/base64.hpp"
#include "core/id.hpp"

namespace scop::files {

SpoolFile::SpoolFile(Descriptor descriptor, std::filesystem::path folder, std::string name)
    : descriptor_(std::move(descriptor)), folder_(std::move(folder)), name_(std::move(name)) {}

SpoolFile::SpoolFile(SpoolFile&& other) noexcept
    : descriptor_(std::move(other.descriptor_)),
      folder_(std::move(other.folder_)),
      name_(std::exchange(other.name_, {})) {}

SpoolFile& SpoolFile::operator=(SpoolFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(folder_, other.folder_);
  std::swap(name_, other.name_);
  return *this;
}

SpoolFile::~SpoolFile() {
  if (!name_.empty()) ::unlink((folder_ / name_).c_str());
}

Outcome<> SpoolFile::append(std::string_view octets) {
  return write_all(descriptor_, octets, folder_ / name_);
}

Outcome<> SpoolFile::sync() {
  if (auto synced = files::sync(descriptor_, folder_ / name_); !synced) return synced;
  return sync_folder(folder_);
}

std::string SpoolFile::keep() && {
  descriptor_.close();
  return std::exchange(name_, {});
}

Outcome<Spool> Spool::open(std::filesystem::path folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return std::unexpected(error_of(error.value(), "create folder", folder));
  return Spool(std::move(folder));
}

Outcome<SpoolFile> Spool::create(std::string_view stem) const {
  auto name = std::string(stem) + "." + to_hex(random_octets(4));
  auto descriptor = files::create(folder_ / name);
  if (!descriptor) return std::unexpected(std::move(descriptor.error()));
  return SpoolFile(std::move(*descriptor), folder_, std::move(name));
}

Outcome<std::string> Spool::read(std::string_view name, std::uint64_t at_most) const {
  return read_whole(folder_ / name, at_most);
}

void Spool::remove(std::string_view name) const { ::unlink((folder_ / name).c_str()); }

std::size_t Spool::sweep(const std::function<bool(std::string_view)>& is_wanted) const {
  std::error_code error;
  std::vector<std::string> orphans;
  for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error)) {
    auto name = at->path().filename().string();
    if (!is_wanted(name)) orphans.push_back(std::move(name));
  }
  for (const auto& name : orphans) remove(name);
  return orphans.size();
}

}  // namespace scop::files
