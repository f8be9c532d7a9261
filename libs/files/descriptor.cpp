#include "files/descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace scop::files {

namespace {

ErrorKind kind_of(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorKind::exhausted;
    case ENOENT:
    case ENOTDIR:
      return ErrorKind::not_found;
    case EEXIST:
      return ErrorKind::conflict;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::denied;
    default:
      return ErrorKind::broken;
  }
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void Descriptor::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Error error_of(int number, std::string_view doing, const std::filesystem::path& path) {
  return {kind_of(number),
          fmt::format("{} {}: {}", doing, path.string(), std::generic_category().message(number))};
}

Outcome<Descriptor> create(const std::filesystem::path& file, mode_t mode) {
  Descriptor descriptor(::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!descriptor.is_open()) return std::unexpected(error_of(errno, "create", file));
  return descriptor;
}

Outcome<Descriptor> open_for_reading(const std::filesystem::path& file) {
  Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!descriptor.is_open()) return std::unexpected(error_of(errno, "open", file));
  return descriptor;
}

Outcome<> write_all(const Descriptor& descriptor, std::string_view octets,
                    const std::filesystem::path& file) {
  while (!octets.empty()) {
    const auto written = ::write(descriptor.number(), octets.data(), octets.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(error_of(errno, "write", file));
    octets.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Outcome<> sync(const Descriptor& descriptor, const std::filesystem::path& file) {
  if (::fsync(descriptor.number()) != 0) return std::unexpected(error_of(errno, "fsync", file));
  return {};
}

Outcome<> sync_folder(const std::filesystem::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open()) return std::unexpected(error_of(errno, "open", folder));
  return sync(descriptor, folder);
}

Outcome<std::string> read_whole(const std::filesystem::path& file, std::uint64_t at_most) {
  auto descriptor = open_for_reading(file);
  if (!descriptor) return std::unexpected(std::move(descriptor.error()));
  std::string octets;
  std::string chunk(64U << 10U, '\0');
  for (;;) {
    const auto got = ::read(descriptor->number(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(error_of(errno, "read", file));
    if (got == 0) return octets;
    octets.append(chunk, 0, static_cast<std::size_t>(got));
    if (octets.size() > at_most)
      return failure(ErrorKind::too_large, fmt::format("{} is too large", file.string()));
  }
}

Outcome<std::optional<std::string>> read_piece(Descriptor& descriptor, const std::filesystem::path& file,
                                               std::size_t at_most) {
  if (!descriptor.is_open()) {
    auto opened = open_for_reading(file);
    if (!opened) return std::unexpected(std::move(opened.error()));
    descriptor = std::move(*opened);
  }
  std::string piece(at_most, '\0');
  for (;;) {
    const auto got = ::read(descriptor.number(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(error_of(errno, "read", file));
    if (got == 0) return std::nullopt;
    piece.resize(static_cast<std::size_t>(got));
    return piece;
  }
}

Outcome<std::uint64_t> free_octets(const std::filesystem::path& folder) {
  struct statvfs about{};
  if (::statvfs(folder.c_str(), &about) != 0) return std::unexpected(error_of(errno, "statvfs", folder));
  return static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize;
}

}  // namespace scop::files
