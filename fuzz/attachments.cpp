// Archives and documents of any octets are inspected within the bounds.
#include "attachments/attachments.hpp"

#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto name = octets.substr(0, octets.find('\n'));
  ENSURE(attachments::inspect_octets(name, octets.substr(name.size())).size() <= attachments::most_findings);
  ENSURE(attachments::inspect_octets("a.zip", octets).size() <= attachments::most_findings);
  return 0;
}
