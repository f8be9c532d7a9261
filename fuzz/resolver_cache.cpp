// The resolver's cache file: octets as they are, and behind a right checksum, where the parser itself must
// refuse.
#include <cstdint>
#include <string_view>

#include "core/ensure.hpp"
#include "crypto/digest.hpp"
#include "resolver/cache_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop::resolver;
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const std::string digest(settings_digest_octets, 'd');
  static_cast<void>(read_cache(octets, digest));
  const auto empty = write_cache(digest, {});
  const auto head = empty.substr(0, empty.size() - 4 - 32);
  const auto body = head + std::string(octets);
  const auto read = read_cache(body + scop::crypto::sha256(body), digest);
  if (!read) return 0;
  // What it takes, it writes again, octet for octet.
  ENSURE(write_cache(digest, *read) == body + scop::crypto::sha256(body));
  return 0;
}
