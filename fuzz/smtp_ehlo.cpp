// The reply to EHLO: what is understood can be said again, and is understood the same.
#include <cstdint>

#include "core/ensure.hpp"
#include "smtp/capabilities.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  smtp::ReplyParser parser;
  if (!parser.feed({reinterpret_cast<const char*>(data), size}) || !parser.done()) return 0;
  const auto found = smtp::parse_capabilities(parser.take());
  ENSURE(smtp::parse_capabilities(smtp::to_reply(found)) == found);
  return 0;
}
