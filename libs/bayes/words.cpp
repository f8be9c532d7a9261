#include "bayes/words.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace scop::bayes {

namespace {

constexpr std::size_t longest_word = 25;

enum class Octet : unsigned char { other, word, inner };  // inner: only between word octets

constexpr std::array<Octet, 256> octets_table = [] {
  std::array<Octet, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c >= 0x80 || c == '$' || c == '!' || c == '_';
    table.at(c) = word ? Octet::word : Octet::other;
  }
  for (const char c : std::string_view("'-.,@%&+")) table.at(static_cast<unsigned char>(c)) = Octet::inner;
  return table;
}();

Octet octet_of(char c) { return octets_table.at(static_cast<unsigned char>(c)); }

// Where the word at the beginning of `text` ends: an inner octet belongs to it when a word octet follows.
std::size_t word_end(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    const auto octet = octet_of(text[end]);
    const bool inner =
        octet == Octet::inner && end + 1 < text.size() && octet_of(text[end + 1]) == Octet::word;
    if (octet != Octet::word && !inner) break;
    ++end;
  }
  return end;
}

bool is_ideographic(std::string_view word) {
  return word.size() >= 6 && std::ranges::count_if(word,
                                                   [](char c) {
                                                     const auto octet = static_cast<unsigned char>(c);
                                                     return octet >= 0xe3 && octet <= 0xed;
                                                   }) *
                                     6 >
                                 static_cast<std::ptrdiff_t>(word.size());
}

// Scripts without spaces: pairs of characters (of three octets each) are the words.
void add_ideographs(Tokens& tokens, std::string_view prefix, std::string_view word) {
  for (std::size_t i = 0; i + 3 <= word.size();) {
    const auto lead = static_cast<unsigned char>(word[i]);
    if (lead < 0xe0) {
      ++i;
      continue;
    }
    tokens.add(prefix, word.substr(i, 6));
    i += 3;
  }
}

void add_word(Tokens& tokens, std::string_view prefix, std::string_view word) {
  while (word.size() > 1 && word.ends_with("!!")) word.remove_suffix(1);
  if (is_ideographic(word)) return add_ideographs(tokens, prefix, word);
  if (word.size() <= longest_word) return tokens.add(prefix, word);
  // A compound's pieces say more than its whole.
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= word.size(); ++i) {
    if (i < word.size() && octet_of(word[i]) == Octet::word) continue;
    const auto piece = word.substr(begin, i - begin);
    if (piece.size() <= longest_word) {
      tokens.add(prefix, piece);
    } else {
      tokens.add(prefix, "long-" + bucket(piece.size()) + shape_of(piece.substr(0, 40)).substr(0, 8));
    }
    begin = i + 1;
  }
}

char class_of(char c) {
  if (ascii::is_digit(c)) return '9';
  if (!ascii::is_alpha(c)) return ascii::is_8bit(c) ? 'u' : c;
  return ascii::lower(c) == c ? 'a' : 'A';
}

}  // namespace

void add_words(Tokens& tokens, std::string_view prefix, std::string_view text, std::size_t most) {
  const auto first = tokens.size();
  while (!text.empty() && tokens.size() - first < most) {
    if (octet_of(text.front()) != Octet::word) {
      text.remove_prefix(1);
      continue;
    }
    const auto end = word_end(text);
    add_word(tokens, prefix, text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string shape_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const char kind = class_of(text[i]);
    std::size_t run = 1;
    while (i + run < text.size() && class_of(text[i + run]) == kind) ++run;
    out += kind;
    if (run > 1 && (kind == '9' || kind == 'a' || kind == 'A')) out += run < 4 ? "" : run < 9 ? "+" : "*";
    i += run;
  }
  return out;
}

std::string bucket(std::size_t count) {
  if (count <= 3) return std::string(1, static_cast<char>('0' + count));
  constexpr std::array<std::size_t, 9> bounds{5, 9, 19, 49, 99, 199, 499, 999, 9'999};
  for (const auto bound : bounds) {
    if (count <= bound) return "<" + std::to_string(bound + 1);
  }
  return "more";
}

bool is_address_literal(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) { return ascii::is_digit(c) || c == '.'; });
}

std::string domain_of(std::string_view host) {
  if (is_address_literal(host)) {
    const auto dot = host.find('.');
    return std::string(host.substr(0, dot == std::string_view::npos ? dot : host.find('.', dot + 1)));
  }
  const auto last = host.rfind('.');
  if (last == std::string_view::npos || last == 0) return ascii::to_lower(host);
  auto second = host.rfind('.', last - 1);
  const bool short_pair = host.size() - last == 3 && second != std::string_view::npos && last - second <= 4;
  if (short_pair && second > 0) second = host.rfind('.', second - 1);
  return ascii::to_lower(second == std::string_view::npos ? host : host.substr(second + 1));
}

}  // namespace scop::bayes
