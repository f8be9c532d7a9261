// The file of records that `scop dns publish` wrote: what is read is written and read again as the same.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "scop/published_file.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto published = command::published_from_text({reinterpret_cast<const char*>(data), size});
  if (!published) return 0;
  const auto again = command::published_from_text(command::published_text(*published));
  ENSURE(again && *again == *published);
  return 0;
}
