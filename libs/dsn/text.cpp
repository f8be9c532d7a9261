#include "dsn/text.hpp"

#include <algorithm>
#include <vector>

#include "core/ascii.hpp"

namespace scop::dsn {

namespace {

constexpr std::size_t longest_line = 998;

// Words, and words too long for a line in pieces.
std::vector<std::string_view> words_of(std::string_view text, std::size_t longest) {
  std::vector<std::string_view> words;
  for (auto word : ascii::split(text, ' ')) {
    while (word.size() > longest) {
      std::size_t cut = longest;
      while (cut > longest - 4 && (static_cast<unsigned char>(word[cut]) & 0xc0U) == 0x80)
        --cut;  // not inside UTF-8
      words.push_back(word.substr(0, cut));
      word.remove_prefix(cut);
    }
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most) {
  const bool keep_8bit = ascii::is_utf8(text);
  std::string out;
  for (const char c : text) {
    const char shown = ascii::is_control(c) ? ' ' : ascii::is_8bit(c) && !keep_8bit ? '?' : c;
    if (shown == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += shown;
  }
  if (out.size() > most) {
    out.resize(most);
    while (!out.empty() && !ascii::is_utf8(out)) out.pop_back();
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string one_ascii_line(std::string_view text, std::size_t most) {
  auto line = one_line(text, most);
  std::ranges::replace_if(line, ascii::is_8bit, '?');
  return line;
}

std::string field(std::string_view name, std::string_view value) {
  std::string out(name);
  out += ':';
  std::size_t column = out.size();
  for (const auto word : words_of(value, longest_line / 2)) {
    if (column + 1 + word.size() > 78 && column > name.size() + 1) {
      out += "\r\n";
      column = 0;
    }
    out += ' ';
    out += word;
    column += 1 + word.size();
  }
  out += "\r\n";
  return out;
}

std::string wrapped(std::string_view text, std::string_view indent) {
  std::string out;
  std::size_t column = 0;
  for (const auto word : words_of(text, 500)) {
    if (column > 0 && column + 1 + word.size() > 76) {
      out += "\r\n";
      column = 0;
    }
    if (column == 0) {
      out += indent;
      column = indent.size();
    } else {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  if (!out.empty()) out += "\r\n";
  return out;
}

std::string quotable(std::string_view octets, std::size_t most) {
  std::string out;
  while (!octets.empty()) {
    const auto end = octets.find_first_of("\r\n");
    auto line = octets.substr(0, std::min(end, longest_line));
    std::size_t taken = line.size();
    if (taken < octets.size() && octets[taken] == '\r') {
      ++taken;
      if (taken < octets.size() && octets[taken] == '\n') ++taken;
    } else if (taken < octets.size() && octets[taken] == '\n') {
      ++taken;
    }
    if (out.size() + line.size() + 2 > most) break;
    const auto start = out.size();
    out += line;
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), '\0', '?');
    out += "\r\n";
    octets.remove_prefix(taken);
  }
  return out;
}

bool is_status(std::string_view text) {
  const auto parts = ascii::split(text, '.');
  if (parts.size() != 3 || (parts[0] != "2" && parts[0] != "4" && parts[0] != "5")) return false;
  return std::ranges::all_of(parts, [](std::string_view part) {
    return !part.empty() && part.size() <= 3 && std::ranges::all_of(part, ascii::is_digit);
  });
}

}  // namespace scop::dsn
