// Whatever the message, it is read within the bounds; text that comes out of charsets is UTF-8.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "mime_text/charset.hpp"
#include "mime_text/html.hpp"
#include "mime_text/message.hpp"
#include "mime_text/url.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static mime_text::Charsets charsets;
  const auto message = mime_text::Message::read(text);
  ENSURE(message.parts().size() <= mime_text::most_parts &&
         message.fields().size() <= mime_text::most_fields);
  for (const auto& field : message.fields()) ENSURE(ascii::is_utf8(charsets.decode_field(field.value).text));
  for (const auto& part : message.parts()) {
    const auto body = mime_text::decode_body(part, 10'000);
    ENSURE(body.size() <= 10'000);
    const auto decoded = charsets.to_utf8(part.type.parameter("charset").value_or(""), body);
    ENSURE(ascii::is_utf8(decoded.text));
    const auto html = mime_text::render_html(decoded.text, 10'000);
    ENSURE(html.links.size() <= mime_text::most_links);
    for (const auto url : mime_text::find_urls(decoded.text, 50))
      static_cast<void>(mime_text::parse_url(url));
  }
  return 0;
}
