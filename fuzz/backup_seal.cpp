// A backup's outer form with a key that is not its own: every input is refused, in pieces as well as whole.
#include <cstdint>
#include <string>

#include "backup/seal.hpp"
#include "core/ensure.hpp"

using namespace scop;

namespace {

bool opens(std::string_view octets, std::size_t piece) {
  backup::Opener opener({.passphrase = {}, .secret_key = Secret(std::string(32, 'k'))});
  while (!octets.empty()) {
    const auto plain = opener.push(octets.substr(0, piece));
    if (!plain) return false;
    ENSURE(plain->empty());
    octets.remove_prefix(std::min(piece, octets.size()));
  }
  return opener.finish().has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  ENSURE(!opens(octets, size + 1) && !opens(octets, 5));
  static_cast<void>(backup::secret_key_from_file(octets));
  static_cast<void>(backup::public_key_from_file(octets));
  return 0;
}
