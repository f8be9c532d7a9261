// A header field as values (RFC 5322 2.2 and 3.2, RFC 2047): tokens that say what was written and how, so
// that the same octets can be written again and none of the message need be kept. Total: any octets have
// tokens.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mime/transfer_form.hpp"

namespace scop::mime {

struct Space {
  std::string text;  // SP and HTAB, and the line ends of folding
  bool operator==(const Space&) const = default;
};
struct Word {
  std::string text;  // an atom or token; in unstructured text words with the white space between them
  bool operator==(const Word&) const = default;
};
struct Special {
  // Of RFC 5322 3.2.3 but "." and "@", which stay in words, or RFC 2045 5.1; parentheses begin and end
  // comments.
  char character = ' ';
  bool operator==(const Special&) const = default;
};
//   quoted-pair = "\" (VCHAR / WSP)      ; in comments
struct Escaped {
  char character = ' ';
  bool operator==(const Escaped&) const = default;
};
//   quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE
struct Quoted {
  std::string text;  // without quotes and backslashes; folding as it is
  std::vector<std::uint32_t>
      flips;  // offsets where '"' or '\' stands bare, or anything else behind a backslash
  bool operator==(const Quoted&) const = default;
};
//   encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="      ; RFC 2231 5
struct EncodedWord {
  std::string charset;
  std::string language;
  char encoding = 'Q';  // "B" or "Q", in the case it was written
  std::string octets;   // in the charset
  TransferForm form;    // Base64Form with one line, QuotedForm by Q's own rule, or Irregular
  bool operator==(const EncodedWord&) const = default;
};

// A value that is seldom there, so that the variant it is in stays small.
template <class Value>
class Boxed {
 public:
  Boxed(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
  Boxed(const Boxed& other) : Boxed(*other.value_) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(Boxed other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Boxed() = default;
  operator const Value&() const { return *value_; }
  const Value* operator->() const { return value_.get(); }
  bool operator==(const Boxed& other) const { return *value_ == *other.value_; }

 private:
  std::unique_ptr<Value> value_;
};
using Token = std::variant<Space, Word, Special, Escaped, Quoted, Boxed<EncodedWord>>;

enum class FieldKind : std::uint8_t {
  text,        // unstructured: Subject, Comments and what is not known
  opaque,      // tag lists, traces, ids: no encoded words
  structured,  // addresses, phrases: RFC 5322's specials
  parameters   // Content-Type and its like: RFC 2045's tspecials
};
FieldKind kind_of(std::string_view name);

//   field = field-name *WSP ":" unstructured CRLF
struct Field {
  std::string name;  // as written
  std::string gap;   // white space before the colon (RFC 5322 4.5)
  std::vector<Token> tokens;
  LineEnd end = LineEnd::crlf;
  bool operator==(const Field&) const = default;
};

struct LexedField {
  std::vector<Token> tokens;
  bool balanced = true;    // false: a quoted string or comment does not end
  bool words_good = true;  // false: something looks like an encoded word and is none
};
LexedField lex(FieldKind kind, std::string_view value);
std::string encode(const std::vector<Token>& tokens);
void append(std::string& text, const std::vector<Token>& tokens);
void append(std::string& text, const Quoted& quoted);

// At "=?": the encoded word and the octets it takes; 0: none.
std::size_t read_encoded_word(std::string_view text, EncodedWord& word);
void append(std::string& text, const EncodedWord& word);
// False where its text holds what RFC 2047 2 forbids: white space, 8-bit octets.
bool is_sound(const EncodedWord& word);

}  // namespace scop::mime
