#include "attachments/zip.hpp"

#include <algorithm>

namespace scop::attachments {

namespace {

using namespace std::string_view_literals;

constexpr auto local_magic = "PK\x03\x04"sv;
constexpr auto central_magic = "PK\x01\x02"sv;
constexpr auto end_magic = "PK\x05\x06"sv;
constexpr std::size_t local_octets = 30;
constexpr std::size_t central_octets = 46;
constexpr std::size_t end_octets = 22;
constexpr std::size_t most_comment = 65'535;

// Little-endian, 0 where the octets end before.
std::uint32_t number(std::string_view octets, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8U | (at + i < octets.size() ? static_cast<unsigned char>(octets[at + i]) : 0U);
  }
  return value;
}

std::string_view part(std::string_view octets, std::size_t at, std::size_t size) {
  return octets.substr(std::min(at, octets.size()), size);
}

std::string_view content_of(std::string_view octets, std::size_t local, std::size_t packed) {
  if (!part(octets, local, 4).starts_with(local_magic)) return {};
  return part(octets, local + local_octets + number(octets, local + 26, 2) + number(octets, local + 28, 2),
              packed);
}

ZipDirectory read_central(std::string_view octets, std::size_t end, std::size_t most) {
  ZipDirectory directory;
  std::size_t at = number(octets, end + 16, 4);
  // Octets in front of the archive (a program that unpacks itself) shift every offset.
  const std::size_t size = number(octets, end + 12, 4);
  if (!part(octets, at, 4).starts_with(central_magic) && size <= end) at = end - size;
  while (part(octets, at, central_octets).starts_with(central_magic) &&
         at + central_octets <= octets.size()) {
    if (directory.entries.size() == most) return directory;
    const std::size_t name_size = number(octets, at + 28, 2);
    ZipEntry entry{.name = std::string(part(octets, at + central_octets, name_size)),
                   .encrypted = (number(octets, at + 8, 2) & 1U) != 0,
                   .packed = number(octets, at + 20, 4),
                   .unpacked = number(octets, at + 24, 4)};
    if (number(octets, at + 10, 2) == 0 && !entry.encrypted) {
      entry.stored = content_of(octets, number(octets, at + 42, 4), entry.packed);
    }
    directory.entries.push_back(std::move(entry));
    at += central_octets + name_size + number(octets, at + 30, 2) + number(octets, at + 32, 2);
  }
  directory.complete = directory.entries.size() >= number(octets, end + 10, 2);
  return directory;
}

ZipDirectory read_local(std::string_view octets, std::size_t most) {
  ZipDirectory directory;
  auto at = octets.find(local_magic);
  while (at != std::string_view::npos && directory.entries.size() < most) {
    const std::size_t name_size = number(octets, at + 26, 2);
    directory.entries.push_back({.name = std::string(part(octets, at + local_octets, name_size)),
                                 .encrypted = (number(octets, at + 6, 2) & 1U) != 0,
                                 .packed = number(octets, at + 18, 4),
                                 .unpacked = number(octets, at + 22, 4)});
    at = octets.find(local_magic, at + local_octets);
  }
  return directory;
}

}  // namespace

bool is_zip(std::string_view octets) {
  return octets.starts_with(local_magic) || octets.starts_with(end_magic);
}

ZipDirectory read_zip(std::string_view octets, std::size_t most) {
  const auto tail = octets.size() - std::min(octets.size(), end_octets + most_comment);
  const auto end = octets.substr(tail).rfind(end_magic);
  return end == std::string_view::npos ? read_local(octets, most) : read_central(octets, tail + end, most);
}

}  // namespace scop::attachments
