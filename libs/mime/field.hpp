// A header field as values (RFC 5322 2.2 and 3.2, RFC 2047): tokens that say what was written and how, so
// that the same octets can be written again and none of the message need be kept. Total: any octets have
// tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mime/transfer_form.hpp"

namespace scop::mime {

struct Space {
  std::string text;  // SP and HTAB, and the line ends of folding
  bool operator==(const Space&) const = default;
};
struct Word {
  std::string text;  // an atom, a token, or anything without white space
  bool operator==(const Word&) const = default;
};
struct Special {
  char character = ' ';  // of RFC 5322 3.2.3 or RFC 2045 5.1; parentheses begin and end comments
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
using Token = std::variant<Space, Word, Special, Escaped, Quoted, EncodedWord>;

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

// At "=?": the encoded word and the octets it takes; 0: none.
std::size_t read_encoded_word(std::string_view text, EncodedWord& word);
std::string encode(const EncodedWord& word);
// False where its text holds what RFC 2047 2 forbids: white space, 8-bit octets.
bool is_sound(const EncodedWord& word);

}  // namespace scop::mime
