// tag=value lists (RFC 6376 3.2), of signatures and key records. Bounded; duplicate names make a list
// malformed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::dkim {

inline constexpr std::size_t most_tags = 64;

//   tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
struct TagView {
  std::string_view name;
  std::string_view value;  // white space at the ends removed, folding within kept
  std::size_t begin = 0;   // offset in the list of what stands behind "="
  std::size_t end = 0;     // … up to the ";" or the end
};

//   tag-list = tag-spec *( ";" tag-spec ) [ ";" ]
Outcome<std::vector<TagView>> parse_tag_list(std::string_view text);

std::optional<std::string_view> value_of(const std::vector<TagView>& tags, std::string_view name);

// Without any white space, for base64 and colon-separated lists.
std::string without_spaces(std::string_view text);

// "a : b:c" → {"a", "b", "c"}, white space at the ends of each removed.
std::vector<std::string_view> split_colons(std::string_view text);

}  // namespace scop::dkim
