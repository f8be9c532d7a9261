// RFC 2047 in a header, for people: whatever comes, what charsets decode is UTF-8; and what we write of a
// text, three readers of ours read as that text.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "dsn/encoded_words.hpp"
#include "message/header.hpp"
#include "message/unstructured.hpp"
#include "mime/entity.hpp"
#include "mime_text/charset.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static mime_text::Charsets charsets;
  static_cast<void>(dsn::decode_words(text));
  ENSURE(ascii::is_utf8(charsets.decode_field(text).text));
  // What we write is read back by each of them.
  if (size > 500 || !ascii::is_utf8(text) || text != ascii::trim(text)) return 0;
  for (const char c : text) {
    if (ascii::is_control(c)) return 0;
  }
  if (text.contains("=?") || text.contains("  "))
    return 0;  // words of its own, and runs of spaces that a fold may take
  const auto value = message::fold_unstructured("Subject", text);
  const auto entity = mime::parse("Subject:" + value + "\r\n\r\n");
  ENSURE(entity.header.lines.size() == 1 && entity.defects.empty());
  const auto* field = std::get_if<mime::Field>(&entity.header.lines.front());
  ENSURE(field != nullptr && ascii::trim(mime::decoded_value(*field, charsets)) == text);
  ENSURE(ascii::trim(charsets.decode_field(value).text) == text);
  ENSURE(dsn::decode_words(message::unfold(value)) == text);
  return 0;
}
