// HTML rendered to the text that a reader would see, by a small tokenizer of ours: one pass, no tree,
// bounded. Scripts, styles and comments are dropped; text that style hides is kept apart. Never fetches
// anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scop::mime_text {

inline constexpr std::size_t most_links = 200;
inline constexpr std::size_t most_tag_names = 64;   // different ones
inline constexpr std::size_t most_attributes = 40;  // of one tag
inline constexpr std::size_t most_hidden_depth = 100;

struct Link {
  std::string target;  // href, src, action … with entities resolved
  std::string text;    // what is shown (of <a>), at most 200 octets
  char kind = 'a';     // a: anchor, i: image, f: form, r: resource
};

struct Html {
  std::string text;    // visible, blocks end with a line end
  std::string hidden;  // display:none, font size 0, text in the background's colour …
  std::vector<Link> links;
  std::vector<std::string> tags;      // each name once, lower case, in order of appearance
  std::vector<std::string> features;  // notable tags and attributes: "font-color:ff0000", "form", "bgcolor:…"
  std::size_t tag_count = 0;
  std::size_t images = 0;
  std::size_t comments = 0;
  std::size_t split_words = 0;  // comments or unknown tags inside a word
  std::size_t entities = 0;     // numeric references to ASCII letters
};

// `text` is UTF-8. At most `most` octets come out as text and hidden together.
Html render_html(std::string_view text, std::size_t most);

}  // namespace scop::mime_text
