// Content transfer encodings undone (RFC 2045 6), with the writer's choices as values, so that the encoded
// text can be written again: how long the lines were, what was escaped that need not be. The choices of a
// plain encoder are few numbers; a text that is not what it says keeps its octets (Irregular).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "message/transfer.hpp"

namespace scop::mime {

enum class LineEnd : std::uint8_t { none, lf, crlf };
std::string_view text_of(LineEnd end);

// The canonical base64 of the octets, cut into lines.
struct Base64Form {
  struct Lines {
    std::uint64_t count = 0;
    std::uint64_t length = 0;  // in characters
    LineEnd end = LineEnd::none;
    bool operator==(const Lines&) const = default;
  };
  std::vector<Lines> lines;  // equal neighbours together
  bool operator==(const Base64Form&) const = default;
};

// Where the text is not what the canonical encoder writes: octets 33 to 126 but "=" as they are, SP and HTAB
// too but before a line end, line ends as they are, all else as "=" and upper case hex digits, no soft
// breaks.
struct QuotedForm {
  enum class Kind : std::uint8_t { as_it_is, escaped, lower_case, break_lf, break_crlf };
  struct Choice {
    std::uint64_t at = 0;  // offset into the octets; breaks stand before it
    Kind kind = Kind::escaped;
    bool operator==(const Choice&) const = default;
  };
  std::vector<Choice> choices;  // in order
  bool operator==(const QuotedForm&) const = default;
};

struct Irregular {
  std::string text;
  bool operator==(const Irregular&) const = default;
};

// monostate: the octets are the text.
using TransferForm = std::variant<std::monostate, Base64Form, QuotedForm, Irregular>;

struct Decoded {
  std::string octets;
  TransferForm form;
  bool sound = true;  // false: the text breaks the encoding's rules
};

// Total. Irregular where append_encoded(octets, form) would not write `text`.
Decoded decode(message::TransferEncoding encoding, std::string_view text);
void append_encoded(std::string& text, std::string_view octets, const TransferForm& form);

Decoded decode_base64(std::string_view text);
void append_base64(std::string& text, std::string_view octets, const Base64Form& form);
Decoded decode_quoted(std::string_view text);
void append_quoted(std::string& text, std::string_view octets, const QuotedForm& form);

// Encodings without an RFC. Their text is kept as Irregular; sound: they begin and end as they should.
Decoded decode_uuencode(std::string_view text);
Decoded decode_yenc(std::string_view text);

}  // namespace scop::mime
