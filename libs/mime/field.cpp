#include "mime/field.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::mime {

namespace {

constexpr std::size_t longest_charset = 64;
constexpr std::size_t longest_encoded_text = 1024;  // RFC 2047 2 says 75 in all; real mail says more

//   token of RFC 2047 2: no especials, SPACE or controls
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= longest_charset && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && !std::string_view("()<>@,;:\"/[]?.=").contains(c);
  });
}

// RFC 2047 4.2: "_" is 0x20.
std::string with_underscores(std::string text, char from, char to) {
  std::ranges::replace(text, from, to);
  return text;
}

// Q is quoted-printable where "_" stands for SP.
Decoded decode_q(std::string_view text) {
  return decode_quoted(with_underscores(std::string(text), '_', ' '));
}

void append_q(std::string& text, const EncodedWord& word) {
  const auto from = static_cast<std::ptrdiff_t>(text.size());
  append_encoded(text, word.octets, word.form);
  if (std::holds_alternative<Irregular>(word.form)) return;
  std::ranges::replace(text.begin() + from, text.end(), ' ', '_');
}

//   encoded-text = 1*<Any printable ASCII character other than "?" or SPACE>
bool is_encoded_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c != '?' && c != 0x7f; });
}

// White space, line ends and 8-bit octets within it are wrong by RFC 2047 2 and common in real mail; a "?" or
// the beginning of another word says that this one does not end.
bool is_lenient_text(std::string_view text) {
  return text.size() <= longest_encoded_text && !text.contains("=?") && std::ranges::all_of(text, [](char c) {
           return ascii::is_8bit(c) || (c > ' ' && c != 0x7f) || std::string_view(" \t\r\n").contains(c);
         });
}

// Folding within a word is none of its text.
std::string without_folding(std::string_view text) {
  std::string out;
  bool folded = false;
  for (const char c : text) {
    const bool ends_line = c == '\r' || c == '\n';
    folded = ends_line || (folded && ascii::is_wsp(c));
    if (!folded) out += c;
  }
  return out;
}

}  // namespace

std::size_t read_encoded_word(std::string_view text, EncodedWord& word) {
  if (!text.starts_with("=?")) return 0;
  const auto charset_end = text.substr(0, 2 * longest_charset + 8).find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() || text[charset_end + 2] != '?')
    return 0;
  const auto label = text.substr(2, charset_end - 2);
  const auto star = label.find('*');
  const auto charset = label.substr(0, star);
  const char encoding = ascii::lower(text[charset_end + 1]);
  const auto begin = charset_end + 3;
  const auto end = text.substr(0, begin + longest_encoded_text + 2).find("?=", begin);
  if (star != std::string_view::npos && !is_token(label.substr(star + 1))) return 0;
  if (!is_token(charset) || (encoding != 'b' && encoding != 'q') || end == std::string_view::npos) return 0;
  const auto encoded = text.substr(begin, end - begin);
  if (!is_lenient_text(encoded)) return 0;
  word.charset = charset;
  word.language = star == std::string_view::npos ? std::string_view() : label.substr(star);
  word.encoding = text[charset_end + 1];
  const auto text_of_word = without_folding(encoded);
  auto decoded = encoding == 'b' ? decode_base64(text_of_word) : decode_q(text_of_word);
  word.octets = std::move(decoded.octets);
  word.form = std::move(decoded.form);
  std::string again;
  append(again, word);
  if (again != text.substr(0, end + 2)) word.form = Irregular{std::string(encoded)};
  return end + 2;
}

bool is_sound(const EncodedWord& word) {
  const auto* irregular = std::get_if<Irregular>(&word.form);
  return irregular == nullptr || is_encoded_text(irregular->text);
}

void append(std::string& text, const EncodedWord& word) {
  text.append("=?").append(word.charset).append(word.language) += '?';
  text += word.encoding;
  text += '?';
  if (ascii::lower(word.encoding) == 'b') {
    append_encoded(text, word.octets, word.form);
  } else {
    append_q(text, word);
  }
  text += "?=";
}

void append(std::string& text, const Quoted& quoted) {
  text += '"';
  auto flip = quoted.flips.begin();
  for (std::size_t i = 0; i < quoted.text.size(); ++i) {
    const bool flips = flip != quoted.flips.end() && *flip == i;
    if (flips) ++flip;
    const bool needs = quoted.text[i] == '"' || quoted.text[i] == '\\';
    if (needs != flips) text += '\\';
    text += quoted.text[i];
  }
  text += '"';
}

namespace {

struct Encoder {
  std::string& text;
  void operator()(const Space& space) const { text += space.text; }
  void operator()(const Word& word) const { text += word.text; }
  void operator()(const Special& special) const { text += special.character; }
  void operator()(const Escaped& escaped) const {
    text += '\\';
    text += escaped.character;
  }
  void operator()(const Quoted& quoted) const { append(text, quoted); }
  void operator()(const EncodedWord& word) const { append(text, word); }
};

}  // namespace

void append(std::string& text, const std::vector<Token>& tokens) {
  for (const auto& token : tokens) std::visit(Encoder{text}, token);
}

std::string encode(const std::vector<Token>& tokens) {
  std::string text;
  append(text, tokens);
  return text;
}

}  // namespace scop::mime
