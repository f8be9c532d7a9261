#include "message/unstructured.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace scop::message {

namespace {

constexpr std::size_t line_columns = 78;
constexpr std::size_t word_octets = 45;  // 60 characters of base64 and 12 of "=?UTF-8?B??="

// Length of the UTF-8 character at the start, 0 where there is none.
std::size_t character_length(std::string_view text) {
  const std::size_t most = std::min<std::size_t>(text.size(), 4);
  for (std::size_t length = 1; length <= most; ++length) {
    if (ascii::is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

std::string one_line(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, [](char c) { return ascii::is_control(c) && c != '\t'; }, ' ');
  return out;
}

std::string_view next_word(std::string_view text) {
  auto end = text.find_first_not_of(" \t");
  end = end == std::string_view::npos ? text.size() : text.find_first_of(" \t", end);
  return text.substr(0, end);
}

}  // namespace

std::string encode_words(std::string_view text) {
  const auto line = one_line(text);
  std::string_view rest = line;
  std::string out;
  std::string chunk;
  const auto flush = [&] {
    if (chunk.empty()) return;
    out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + to_base64(chunk) + "?=";
    chunk.clear();
  };
  while (!rest.empty()) {
    const auto length = character_length(rest);
    const auto character = length == 0 ? std::string_view("?") : rest.substr(0, length);
    if (chunk.size() + character.size() > word_octets) flush();
    chunk += character;
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  flush();
  return out;
}

std::string fold_unstructured(std::string_view name, std::string_view text) {
  if (!ascii::is_all_ascii(text)) return "\r\n " + encode_words(text);
  const auto line = one_line(text);
  std::string_view rest = ascii::trim(line);
  std::string out;
  std::size_t column = name.size() + 1;
  while (!rest.empty()) {
    const auto word = next_word(rest);
    rest.remove_prefix(word.size());
    const bool first = out.empty();
    if (!first && column + word.size() > line_columns) {
      out += "\r\n";
      column = 0;
    }
    if (first) out += ' ';
    out += word;
    column += word.size() + (first ? 1 : 0);
  }
  return out;
}

}  // namespace scop::message
