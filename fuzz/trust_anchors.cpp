// Trust anchors as configured: every line goes to its zone, none is lost, and no zone's file name leaves the
// folder.
#include <cstddef>
#include <cstdint>
#include <set>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "resolver/anchors.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto zones = resolver::anchors_by_zone(text);
  if (!zones) return 0;
  std::set<std::string> files;
  for (const auto& [zone, records] : *zones) {
    const auto name = resolver::file_name_of(zone);
    ENSURE(!name.empty() && !name.starts_with('.') && !name.contains('/') && !name.contains('\0'));
    ENSURE(files.insert(name).second);
    static_cast<void>(resolver::can_be_kept(records));
    const auto again = resolver::anchors_by_zone(records);
    ENSURE(again && again->size() == 1 && again->begin()->first == zone && again->begin()->second == records);
  }
  return 0;
}
