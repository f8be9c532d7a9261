// "address:port": what parses is written and read back the same.
#include "net/endpoint.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto endpoint = scop::net::parse_endpoint({reinterpret_cast<const char*>(data), size});
  if (!endpoint) return 0;
  const auto again = scop::net::parse_endpoint(scop::net::to_text(*endpoint));
  if (!again || *again != *endpoint) std::abort();
  return 0;
}
