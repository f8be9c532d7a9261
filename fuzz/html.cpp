// HTML of strangers as text: within every bound, and valid UTF-8 wherever the input was.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "mime_text/html.hpp"
#include "mime_text/html_tag.hpp"
#include "mime_text/url.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto entities = mime_text::resolve_entities(text);
  const auto tag = mime_text::parse_tag(text);
  ENSURE(tag.attributes.size() <= mime_text::most_attributes && tag.name == ascii::to_lower(tag.name));
  if (text.starts_with('<')) {
    const auto end = mime_text::tag_end(text);
    ENSURE(end == std::string_view::npos || (end <= size && text[end - 1] == '>'));
  }
  const auto html = mime_text::render_html(text, 4'000);
  ENSURE(html.text.size() + html.hidden.size() <= 4'000);
  ENSURE(html.links.size() <= mime_text::most_links && html.tags.size() <= mime_text::most_tag_names);
  for (const auto& link : html.links) static_cast<void>(mime_text::parse_url(link.target));
  if (!ascii::is_utf8(text)) return 0;
  ENSURE(ascii::is_utf8(entities));
  ENSURE(ascii::is_utf8(mime_text::render_html(text, size * 8 + 100).text));
  return 0;
}
