#include "core/ascii.hpp"
#include "mime/entity.hpp"

namespace scop::mime {

namespace {

// Tokens to UTF-8: octets that stand next to each other are converted together, in the charset they came in.
class Text {
 public:
  explicit Text(mime_text::Charsets& charsets) : charsets_(charsets) {}

  void operator()(const Space& space) {
    for (const char c : space.text) {
      if (c != '\r' && c != '\n') space_ += c;
    }
  }
  void operator()(const Word& word) { add(word.text); }
  void operator()(const Special& special) { add(std::string_view(&special.character, 1)); }
  void operator()(const Escaped& escaped) {
    add("\\");
    add(std::string_view(&escaped.character, 1));
  }
  void operator()(const Quoted& quoted) {
    std::string text;
    append(text, quoted);
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
    add(text);
  }
  // RFC 2047 6.2: white space between encoded words is none. Characters cut in two by two words are in much
  // real mail.
  void operator()(const EncodedWord& word) {
    if (in_word_ && ascii::equals_ignoring_case(charset_, word.charset)) {
      octets_ += word.octets;
    } else {
      if (in_word_) {
        flush();
      } else {
        flush();
        text_ += space_;
      }
      charset_ = word.charset;
      octets_ = word.octets;
    }
    space_.clear();
    in_word_ = true;
  }

  std::string take() {
    flush();
    return std::string(ascii::trim(text_));
  }

 private:
  void add(std::string_view octets) {
    if (in_word_) flush();
    octets_.append(space_).append(octets);
    space_.clear();
  }
  void flush() {
    if (in_word_) {
      text_ += charsets_.to_utf8(charset_, octets_).text;
    } else {
      if (ascii::is_utf8(octets_)) {
        text_ += octets_;
      } else {
        text_ += charsets_.to_utf8("", octets_).text;
      }
    }
    octets_.clear();
    in_word_ = false;
  }

  mime_text::Charsets& charsets_;
  std::string text_;
  std::string space_;
  std::string octets_;
  std::string charset_;
  bool in_word_ = false;
};

}  // namespace

std::string decoded_value(const Field& field, mime_text::Charsets& charsets) {
  Text text(charsets);
  for (const auto& token : field.tokens) std::visit(text, token);
  return text.take();
}

std::string_view name_of(Defect defect) {
  switch (defect) {
    case Defect::malformed_line:
      return "malformed_line";
    case Defect::no_header_end:
      return "no_header_end";
    case Defect::long_header:
      return "long_header";
    case Defect::bad_content_type:
      return "bad_content_type";
    case Defect::no_boundary:
      return "no_boundary";
    case Defect::boundary_not_found:
      return "boundary_not_found";
    case Defect::boundary_reused:
      return "boundary_reused";
    case Defect::no_close_delimiter:
      return "no_close_delimiter";
    case Defect::too_deep:
      return "too_deep";
    case Defect::too_many_parts:
      return "too_many_parts";
    case Defect::encoded_container:
      return "encoded_container";
    case Defect::unknown_encoding:
      return "unknown_encoding";
    case Defect::bad_base64:
      return "bad_base64";
    case Defect::bad_quoted_printable:
      return "bad_quoted_printable";
    case Defect::bad_uuencode:
      return "bad_uuencode";
    case Defect::bad_yenc:
      return "bad_yenc";
    case Defect::bad_encoded_word:
      return "bad_encoded_word";
    case Defect::unknown_charset:
      return "unknown_charset";
    case Defect::bad_charset_octets:
      return "bad_charset_octets";
    case Defect::raw_octets:
      return "raw_octets";
    case Defect::unbalanced:
      return "unbalanced";
  }
  return "unknown";
}

}  // namespace scop::mime
