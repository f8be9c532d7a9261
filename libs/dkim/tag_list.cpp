#include "dkim/tag_list.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::dkim {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

//   tag-name = ALPHA *( ALPHA / DIGIT / "_" )
bool is_tag_name(std::string_view name) {
  return !name.empty() && ascii::is_alpha(name.front()) &&
         std::ranges::all_of(name, [](char c) { return ascii::is_alnum(c) || c == '_'; });
}

//   tag-value = [ tval *( 1*(WSP / FWS) tval ) ]      ; tval: %x21-3A / %x3C-7E, and UTF-8 by RFC 8616
bool is_tag_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return is_space(c) || !ascii::is_control(c); });
}

}  // namespace

Outcome<std::vector<TagView>> parse_tag_list(std::string_view text) {
  std::vector<TagView> tags;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find(';', at), text.size());
    const auto spec = text.substr(at, end - at);
    const auto equals = spec.find('=');
    const auto name = ascii::trim(spec.substr(0, equals));
    if (equals == std::string_view::npos) {
      const bool last = end == text.size() && !tags.empty();
      if (name.empty() && last) break;  // white space behind the last ";"
      return failure(ErrorKind::malformed, "a tag without '='");
    }
    const auto value = ascii::trim(spec.substr(equals + 1));
    if (!is_tag_name(name)) return failure(ErrorKind::malformed, "a tag's name");
    if (!is_tag_value(value)) return failure(ErrorKind::malformed, "a tag's value");
    if (value_of(tags, name)) return failure(ErrorKind::malformed, "tag " + std::string(name) + "= twice");
    if (tags.size() == most_tags) return failure(ErrorKind::too_large, "too many tags");
    tags.push_back({name, value, at + equals + 1, end});
    at = end + 1;
  }
  if (tags.empty()) return failure(ErrorKind::malformed, "no tags");
  return tags;
}

std::optional<std::string_view> value_of(const std::vector<TagView>& tags, std::string_view name) {
  const auto found = std::ranges::find(tags, name, &TagView::name);
  return found == tags.end() ? std::nullopt : std::optional(found->value);
}

std::string without_spaces(std::string_view text) {
  std::string out(text);
  std::erase_if(out, is_space);
  return out;
}

std::vector<std::string_view> split_colons(std::string_view text) {
  auto parts = ascii::split(text, ':');
  for (auto& part : parts) part = ascii::trim(part);
  return parts;
}

}  // namespace scop::dkim
