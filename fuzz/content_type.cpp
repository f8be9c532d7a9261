// Content-Type values: bounded, names in lower case and each once; the reader that rewrites messages and the
// one that judges them see the same type and the same boundary, or a part could hide from the judge.
#include <cstddef>
#include <cstdint>
#include <set>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "message/content_type.hpp"
#include "mime/entity.hpp"

using namespace scop;

namespace {

bool is_folded_right(std::string_view value) {
  for (std::size_t at = value.find_first_of("\r\n"); at != std::string_view::npos;
       at = value.find_first_of("\r\n", at + 1)) {
    if (value.substr(at, 2) != "\r\n" || at + 2 >= value.size() || !ascii::is_wsp(value[at + 2]))
      return false;
    ++at;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const auto type = message::parse_content_type(value);
  if (!type) return 0;
  ENSURE(type->type == ascii::to_lower(type->type) && type->subtype == ascii::to_lower(type->subtype));
  ENSURE(!type->type.empty() && !type->subtype.empty());
  ENSURE(type->parameters.size() <= message::most_parameters);
  std::set<std::string> names;
  for (const auto& [name, text] : type->parameters) {
    ENSURE(name == ascii::to_lower(name) && names.insert(name).second);
    ENSURE(text.size() <= size);
  }
  if (!is_folded_right(value)) return 0;
  const auto entity = mime::parse("Content-Type:" + std::string(value) + "\r\n\r\n");
  const auto& seen = entity.content.type;
  // Where the grammar is kept; behind a stray special one of them stops and the other goes on.
  const bool is_plain =
      entity.content.type_is_good && seen.find_first_of("()<>@,;:\\\"[]?=") == std::string::npos;
  if (is_plain) ENSURE(entity.content.type == type->type + "/" + type->subtype);
  return 0;
}
