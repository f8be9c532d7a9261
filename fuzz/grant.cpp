// Grants from a stranger: never believed; and addresses against patterns: a match is of the pattern's domain.
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "grant/grant.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  // A point of small order would make signatures that fit anything: libsodium refuses those; this is an
  // ordinary key.
  const std::string public_key(
      "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"
      "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a",
      32);
  ENSURE(!grant::verify(input, public_key, "submission", Time{}));

  const auto end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string pattern(input.substr(0, end));
  const auto address = input.substr(end + 1);
  if (!grant::may_send_as({.login = "a@b", .send_as = {pattern}}, address)) return 0;
  const auto at = pattern.rfind('@');
  ENSURE(at != std::string::npos && address.rfind('@') > 0);
  if (!ascii::is_all_ascii(input)) return 0;  // else the domain may stand in its other form
  ENSURE(ascii::ends_with_ignoring_case(address, std::string_view(pattern).substr(at)));
  return 0;
}
