// Any octets: what is written from the values is what was read, octet by octet, and reads the same again.
#include "core/ensure.hpp"
#include "mime/entity.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto entity = scop::mime::parse(text);
  ENSURE(scop::mime::encode(entity) == text);
  return 0;
}
