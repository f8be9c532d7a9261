// Identifiers of messages: one is what stands between its angle brackets, and reads as itself.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "message/message_id.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto id = message::parse_message_id(text);
  if (!id) return 0;
  ENSURE(id->starts_with('<') && id->ends_with('>') && id->contains('@') && id->size() <= size);
  ENSURE(id->find_first_of(" \t\r\n") == std::string::npos || id->contains('"') || id->contains('['));
  ENSURE(message::parse_message_id(*id) == id);
  ENSURE(message::parse_message_id(" (a (b) c)\r\n " + *id + " (d)") == id);
  return 0;
}
