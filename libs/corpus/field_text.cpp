#include "corpus/field_text.hpp"

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "corpus/prose.hpp"

namespace scop::corpus {

namespace {

constexpr std::size_t comfortable = 60;    // columns, from which on lines are rather folded
constexpr std::size_t longest_line = 900;  // below RFC 5322 2.1.1's 998
constexpr std::size_t encoded_octets = 40;

// RFC 2047 4.2 and 5 (3): what may stand for itself.
bool is_q_literal(char c, bool in_phrase) {
  if (ascii::is_alnum(c)) return true;
  return in_phrase ? std::string_view("!*+-/").contains(c)
                   : std::string_view("!*+-/.,:;$%&'#@{}|~^").contains(c);
}

std::string q_encoded(Random& random, std::string_view octets, bool in_phrase) {
  std::string text;
  for (const char c : octets) {
    if (c == ' ' && !random.chance(10)) {
      text += '_';
    } else if (is_q_literal(c, in_phrase) && !random.chance(3)) {
      text += c;
    } else {
      text += '=' + ascii::to_upper(to_hex(std::string_view(&c, 1)));
    }
  }
  return text;
}

}  // namespace

void FieldText::add(std::string_view written, std::string_view decoded) {
  written_ += written;
  decoded_ += decoded;
  const auto lf = written.rfind('\n');
  column_ = lf == std::string_view::npos ? column_ + written.size() : written.size() - lf - 1;
}

//   FWS = ([*WSP CRLF] 1*WSP) / obs-FWS          obs-FWS = 1*WSP *(CRLF 1*WSP)
std::string FieldText::fold() {
  std::string text = random_.chance(10) ? " " : "";
  text += manner_.line_end;
  text += random_.chance(80) ? " " : "\t";
  if (manner_.obsolete && random_.chance(15)) text.append(" ").append(manner_.line_end).append(" ");
  return text;
}

void FieldText::space() {
  const bool folds =
      column_ > longest_line || (column_ > comfortable && random_.chance(70)) || random_.chance(4);
  const std::string text = folds ? fold() : random_.chance(97) ? " " : random_.chance(50) ? "  " : "\t";
  std::string shown = text;
  std::erase_if(shown, [](char c) { return c == '\r' || c == '\n'; });
  add(text, shown);
}

void FieldText::optional_space(unsigned percent) {
  if (!random_.chance(percent)) return;
  if (random_.chance(60)) return space();
  comment();
}

void FieldText::comment() {
  add("(");
  const auto words = random_.between(1, 3);
  for (std::size_t i = 0; i < words; ++i) {
    if (i > 0) space();
    add(random_.of("abcdefghijklmnopqrstuvwxyz0123456789", random_.between(1, 8)));
  }
  if (random_.chance(10)) add("\\)");
  if (random_.chance(10)) add("(nested)");
  add(")");
}

void FieldText::quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || (!ascii::is_8bit(c) && random_.chance(1))) out += '\\';
    out += c;
  }
  add(out += '"');
}

void FieldText::encoded_word(std::string_view charset, std::string_view chunk, bool base64, bool in_phrase) {
  const auto octets = in_charset(charset, chunk).value_or(std::string(chunk));
  std::string word = "=?" + std::string(charset);
  if (random_.chance(2)) word += "*en";
  word += base64 ? (random_.chance(80) ? "?B?" : "?b?") : (random_.chance(80) ? "?Q?" : "?q?");
  word += base64 ? to_base64(octets) : q_encoded(random_, octets, in_phrase);
  add(word += "?=", "");
}

void FieldText::encoded(const Script&, std::string_view charset, std::string_view text, bool in_phrase) {
  const bool base64 = random_.chance(50);
  const std::size_t most =
      base64 ? encoded_octets - charset.size() / 2 : (encoded_octets - charset.size()) / 3 + 3;
  decoded_ += text;
  bool first = true;
  while (!text.empty()) {
    std::size_t size = 0;
    while (size < text.size()) {
      const auto next = first_character(text.substr(size)).size();
      if (size > 0 && size + next > most) break;
      size += next;
    }
    if (!first) {
      const auto before = decoded_.size();
      space();
      decoded_.resize(before);  // RFC 2047 6.2: white space between encoded words is none
    }
    first = false;
    encoded_word(charset, text.substr(0, size), base64, in_phrase);
    text.remove_prefix(size);
  }
}

std::string FieldText::decoded() const { return std::string(ascii::trim(decoded_)); }

}  // namespace scop::corpus
