// What is posted for autodiscovery: bounded whatever stands there.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "web_content/autodiscover_request.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = web_content::read_autodiscover_request({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  ENSURE(read->address.size() <= 512 && read->response_schema.size() <= 512);
  return 0;
}
