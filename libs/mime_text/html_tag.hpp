// One HTML tag taken apart. Private to mime_text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scop::mime_text {

struct Tag {
  std::string name;  // lower case; empty: none
  bool closes = false;
  std::vector<std::pair<std::string, std::string>> attributes;  // names in lower case, entities resolved

  std::string_view attribute(std::string_view wanted) const;
};

// `text` stands between "<" and ">".
Tag parse_tag(std::string_view text);

// Where the tag that begins at text[0] == '<' ends (behind its ">"), quotes respected; npos where nothing
// ends it within the bound on a tag's length.
std::size_t tag_end(std::string_view text);

// Character references resolved; `letters` counts numeric ones to ASCII letters and digits.
std::string resolve_entities(std::string_view text, std::size_t* letters = nullptr);

}  // namespace scop::mime_text
