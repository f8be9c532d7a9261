// The part of the zip format (APPNOTE 4.3) that mailed reports need: one disk, no encryption, no zip64.
#include <optional>

#include "core/ascii.hpp"
#include "dmarc_report/packed.hpp"

namespace scop::dmarc_report {

namespace {

constexpr std::string_view end_mark("PK\x05\x06", 4);
constexpr std::string_view entry_mark("PK\x01\x02", 4);
constexpr std::string_view local_mark("PK\x03\x04", 4);
constexpr std::size_t end_size = 22;
constexpr std::size_t longest_comment = 65'535;
constexpr std::size_t entry_size = 46;
constexpr std::size_t local_size = 30;
constexpr std::size_t most_entries = 100;

// Little-endian; 0 where it is not there.
std::size_t number(std::string_view octets, std::size_t at, std::size_t size) {
  std::size_t value = 0;
  for (std::size_t i = size; i > 0; --i) {
    if (at + i - 1 >= octets.size()) return 0;
    value = value << 8U | static_cast<unsigned char>(octets.at(at + i - 1));
  }
  return value;
}

std::string_view from(std::string_view octets, std::size_t at) {
  return at < octets.size() ? octets.substr(at) : std::string_view();
}

struct Entry {
  std::string_view name;
  std::size_t flags = 0;
  std::size_t method = 0;
  std::size_t packed_size = 0;
  std::size_t offset = 0;
  std::size_t size = 0;  // of the directory's entry itself
};

std::optional<Entry> read_entry(std::string_view octets) {
  if (!octets.starts_with(entry_mark) || octets.size() < entry_size) return std::nullopt;
  const auto name_size = number(octets, 28, 2);
  Entry entry{.name = from(octets, entry_size).substr(0, name_size),
              .flags = number(octets, 8, 2),
              .method = number(octets, 10, 2),
              .packed_size = number(octets, 20, 4),
              .offset = number(octets, 42, 4)};
  entry.size = entry_size + name_size + number(octets, 30, 2) + number(octets, 32, 2);
  return entry;
}

Outcome<std::string> extract(std::string_view archive, const Entry& entry) {
  const auto local = from(archive, entry.offset);
  if (!local.starts_with(local_mark) || local.size() < local_size)
    return failure(ErrorKind::malformed, "zip: no file where the directory says");
  const auto data = from(local, local_size + number(local, 26, 2) + number(local, 28, 2));
  if (data.size() < entry.packed_size) return failure(ErrorKind::malformed, "zip: the file is cut short");
  const auto packed = data.substr(0, entry.packed_size);
  if ((entry.flags & 1U) != 0) return failure(ErrorKind::unsupported, "zip: the file is encrypted");
  if (entry.method == 0) return std::string(packed);
  if (entry.method != 8) return failure(ErrorKind::unsupported, "zip: neither stored nor deflated");
  return gzip::inflate(packed, gzip::Wrapping::raw);
}

}  // namespace

Outcome<std::string> unzip(std::string_view archive) {
  if (archive.size() > gzip::most_packed) return failure(ErrorKind::too_large, "zip over 16 MiB");
  const auto end = archive.rfind(end_mark);
  if (end == std::string_view::npos || archive.size() - end < end_size ||
      archive.size() - end > end_size + longest_comment)
    return failure(ErrorKind::malformed, "zip: no directory");
  auto directory = from(archive, number(archive, end + 16, 4));
  for (std::size_t i = 0; i < most_entries; ++i) {
    const auto entry = read_entry(directory);
    if (!entry) break;
    if (ascii::ends_with_ignoring_case(entry->name, ".xml")) return extract(archive, *entry);
    directory = from(directory, entry->size);
  }
  return failure(ErrorKind::not_found, "zip: no .xml in it");
}

}  // namespace scop::dmarc_report
