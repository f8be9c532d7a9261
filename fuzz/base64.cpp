// Base64, base16, transaction ids and numbers: what is read is the only text that says it, and what is
// written is read again.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/ensure.hpp"
#include "core/id.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ENSURE(from_base64(to_base64(text)) == text && from_base64_with_spaces(to_base64(text)) == text);
  ENSURE(from_hex(to_hex(text)) == text);
  if (const auto octets = from_base64(text)) ENSURE(to_base64(*octets) == text);
  if (const auto octets = from_hex(text)) ENSURE(to_hex(*octets) == ascii::to_lower(text));
  if (const auto octets = from_base64_with_spaces(text)) {
    std::string tight(text);
    std::erase_if(tight, [](char c) { return ascii::is_wsp(c) || c == '\r' || c == '\n'; });
    ENSURE(to_base64(*octets) == tight);
  }
  if (const auto id = Id::from_text(text)) ENSURE(id->text() == ascii::to_lower(text));
  if (const auto id = Id::from_octets(text)) ENSURE(id->octets() == text);
  if (const auto number = ascii::parse_unsigned(text)) {
    const auto digits = text.substr(std::min(text.find_first_not_of('0'), size - 1));
    ENSURE(std::to_string(*number) == digits);
  }
  return 0;
}
