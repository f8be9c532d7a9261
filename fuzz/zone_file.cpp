// Files for `scop verify --dns`: parsed or refused, and asked.
#include <cstddef>
#include <cstdint>

#include "scop/zone_file.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto zone = command::Zone::parse(text);
  if (!zone) return 0;
  for (const auto type : {dns::Type::txt, dns::Type::a, dns::Type::mx, dns::Type::ptr, dns::Type::soa}) {
    for (const auto* name : {"a.example", "b.a.example", ".", ""}) zone->look_up({name, type});
  }
  return 0;
}
