// PROXY protocol version 2: never more than the header is taken, and a prefix of a header asks for more.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/proxy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto header = scop::net::parse_proxy_header(octets);
  if (!header || !*header) return 0;
  if ((*header)->length > size || (*header)->length > 536) std::abort();
  for (std::size_t cut = 0; cut < (*header)->length; ++cut) {
    const auto part = scop::net::parse_proxy_header(octets.substr(0, cut));
    if (!part || *part) std::abort();
  }
  return 0;
}
