#include "net/file_stamp.hpp"

#include <sys/stat.h>

namespace scop::net {

FileStamp stamp_of(const std::filesystem::path& file) {
  struct stat facts{};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return {.inode = facts.st_ino,
          .size = facts.st_size,
          .nanoseconds = facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

}  // namespace scop::net
