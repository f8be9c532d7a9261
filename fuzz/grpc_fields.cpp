// grpc-timeout, grpc-message and identities: total, bounded, and what we write we read.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "pipe/identity.hpp"
#include "pipe/percent.hpp"
#include "pipe/timeout.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto timeout = scop::pipe::parse_timeout(text); timeout) {
    if (timeout->count() < 0 || *timeout > std::chrono::hours(24)) std::abort();
    const auto again = scop::pipe::parse_timeout(scop::pipe::format_timeout(*timeout));
    if (!again || *again < *timeout || *again > *timeout + std::chrono::seconds(1)) std::abort();
  }
  if (scop::pipe::percent_decode(scop::pipe::percent_encode(text)) != text) std::abort();
  if (scop::pipe::percent_decode(text).size() > size) std::abort();
  const auto identity = scop::pipe::identity_of(std::vector{std::string(text)}, "mesh.test");
  if (identity && text != "spiffe://mesh.test/" + *identity) std::abort();
  return 0;
}
