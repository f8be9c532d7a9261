// The header section of a message (RFC 5322 2.2, RFC 6532) as a list of raw fields. Parsing is total: what is
// not a field is reported beside the fields, never dropped silently. Never decodes, never changes an octet.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::message {

inline constexpr std::size_t most_header_octets = 256U << 10U;
inline constexpr std::size_t most_header_fields = 1'000;

//   field = field-name *WSP ":" unstructured CRLF        ; the WSP before ":" is RFC 5322 4.5's
struct FieldView {
  std::string_view name;   // without the white space before the colon
  std::string_view value;  // behind the colon: leading space and folding kept, without the last CRLF
  std::string_view raw;    // the whole field with its last CRLF (where the text has one)
  std::size_t offset = 0;  // of `raw` in the text parsed
};

// A line (with its continuation lines) that is no field.
struct MalformedLineView {
  std::string_view raw;
  std::size_t offset = 0;
};

struct HeaderView {
  std::vector<FieldView> fields;  // from the top
  std::vector<MalformedLineView> malformed;
  bool complete = false;  // an empty line ends it; otherwise the text ended first
  std::size_t size = 0;   // octets of the fields and malformed lines
  std::size_t body = 0;   // where the body begins: behind the empty line, or the text's end
};

// `message` starts with the header; lines end with CRLF, and what follows the empty line is not looked at.
// The views point into `message`. too_large: a bound was passed.
Outcome<HeaderView> parse_header(std::string_view message);

// For streams: where the body begins, or npos while the empty line has not come. `searched` octets are known
// not to end the header (pass the length of what was searched before, 0 at first).
std::size_t find_body(std::string_view octets, std::size_t searched = 0);

// First field of that name from the top, in any case; nullptr where there is none.
const FieldView* find(const HeaderView& header, std::string_view name);
std::vector<const FieldView*> find_all(const HeaderView& header, std::string_view name);
std::size_t count(const HeaderView& header, std::string_view name);

// RFC 5322 2.2.3: without the CRLFs that precede white space. White space at the ends is trimmed.
std::string unfold(std::string_view value);

//   ftext = %d33-57 / %d59-126
bool is_field_name(std::string_view name);

}  // namespace scop::message
