// The entries of a zip archive by its central directory (PKWARE APPNOTE 4.3.12), without unpacking. Private
// to attachments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scop::attachments {

struct ZipEntry {
  std::string name;
  bool encrypted = false;
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  std::string_view stored;  // the content, where it is not compressed and lies within the octets
};

struct ZipDirectory {
  std::vector<ZipEntry> entries;
  bool complete = false;  // false: more entries than wanted, or a directory that is cut off or broken
};

bool is_zip(std::string_view octets);

// At most `most` entries. An archive without a central directory (cut off) is read by its local headers.
ZipDirectory read_zip(std::string_view octets, std::size_t most);

}  // namespace scop::attachments
