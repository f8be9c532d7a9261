#include "mime_text/html_tag.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "mime_text/html.hpp"

namespace scop::mime_text {

namespace {

constexpr std::size_t most_tag_octets = 4'096;
constexpr std::size_t most_value_octets = 1'000;

bool is_space(char c) { return ascii::is_wsp(c) || c == '\r' || c == '\n' || c == '\f'; }

void skip_space(std::string_view& text) {
  while (!text.empty() && (is_space(text.front()) || text.front() == '/')) text.remove_prefix(1);
}

template <class Wanted>
std::string_view take_while(std::string_view& text, Wanted wanted) {
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, wanted) - text.begin());
  const auto taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

std::string_view take_value(std::string_view& text) {
  if (text.empty() || (text.front() != '"' && text.front() != '\'')) {
    return take_while(text, [](char c) { return !is_space(c); });
  }
  const char quote = text.front();
  text.remove_prefix(1);
  const auto value = take_while(text, [quote](char c) { return c != quote; });
  if (!text.empty()) text.remove_prefix(1);
  return value;
}

}  // namespace

std::string_view Tag::attribute(std::string_view wanted) const {
  for (const auto& [name_of_attribute, value] : attributes) {
    if (name_of_attribute == wanted) return value;
  }
  return {};
}

Tag parse_tag(std::string_view text) {
  Tag tag;
  if (text.starts_with('/')) {
    tag.closes = true;
    text.remove_prefix(1);
  }
  tag.name = ascii::to_lower(
      take_while(text, [](char c) { return ascii::is_alnum(c) || c == '-' || c == ':'; }).substr(0, 30));
  while (tag.attributes.size() < most_attributes) {
    skip_space(text);
    if (text.empty()) break;
    const auto name = take_while(text, [](char c) { return !is_space(c) && c != '=' && c != '/'; });
    auto behind = text;
    skip_space(behind);
    std::string value;
    if (behind.starts_with('=')) {
      text = behind.substr(1);
      while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
      value = resolve_entities(take_value(text).substr(0, most_value_octets));
    }
    tag.attributes.emplace_back(ascii::to_lower(name.substr(0, 30)), std::move(value));
  }
  return tag;
}

std::size_t tag_end(std::string_view text) {
  const auto first = text.substr(0, most_tag_octets).find('>');
  if (first == std::string_view::npos) return first;
  char quote = '\0';
  bool value = false;  // behind "=": a quote opens there only
  for (std::size_t i = 1; i < std::min(text.size(), most_tag_octets); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '>') {
      return i + 1;
    } else if (value && (c == '"' || c == '\'')) {
      quote = c;
    }
    value = c == '=' || (value && is_space(c));
  }
  // A quote that never ends: the first ">" is taken.
  return first + 1;
}

}  // namespace scop::mime_text
