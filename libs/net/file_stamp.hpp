// What tells that a file is another one than before: for certificates that are read again when they change.
#pragma once

#include <cstdint>
#include <filesystem>

namespace scop::net {

struct FileStamp {
  std::uint64_t inode = 0;
  std::int64_t size = -1;  // -1: there is no file
  std::int64_t nanoseconds = 0;
  bool operator==(const FileStamp&) const = default;
};

FileStamp stamp_of(const std::filesystem::path& file);

}  // namespace scop::net
