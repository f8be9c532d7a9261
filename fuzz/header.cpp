// Header sections: fields and malformed lines together are the header, octet for octet; streams find the same
// body.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "message/header.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto header = message::parse_header(text);
  if (!header) return 0;
  std::size_t covered = 0;
  for (const auto& field : header->fields) {
    ENSURE(message::is_field_name(field.name));
    ENSURE(text.substr(field.offset, field.raw.size()) == field.raw);
    ENSURE(message::unfold(field.value).size() <= field.value.size());
    covered += field.raw.size();
  }
  for (const auto& line : header->malformed) covered += line.raw.size();
  ENSURE(covered == header->size);
  ENSURE(header->body <= size);
  for (const std::size_t cut : {size / 3, size / 2, size}) {
    auto body = message::find_body(text.substr(0, cut));
    if (body == std::string_view::npos) body = message::find_body(text, cut);
    ENSURE(header->complete ? body == header->body : body == std::string_view::npos);
  }
  return 0;
}
